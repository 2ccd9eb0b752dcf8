using System.Runtime.CompilerServices;

// Arguments of native calls are blittable; the runtime need not look at them.
[assembly: DisableRuntimeMarshalling]
