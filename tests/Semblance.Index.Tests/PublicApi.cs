using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Semblance.Tests.Index;

/// <summary>Writes down what an assembly offers: a line a type and a line a member, sorted.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new((KeyValuePair<Type, string>[])
    [
        new(typeof(void), "void"),
        new(typeof(bool), "bool"),
        new(typeof(byte), "byte"),
        new(typeof(sbyte), "sbyte"),
        new(typeof(short), "short"),
        new(typeof(ushort), "ushort"),
        new(typeof(int), "int"),
        new(typeof(uint), "uint"),
        new(typeof(long), "long"),
        new(typeof(ulong), "ulong"),
        new(typeof(float), "float"),
        new(typeof(double), "double"),
        new(typeof(string), "string"),
        new(typeof(object), "object"),
    ]);

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(type => Members(type).Prepend(Describe(type))).Distinct().Order(StringComparer.Ordinal)];

    private static string Describe(Type type)
    {
        string kind = type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type switch
        {
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        string[] bases = [.. new[] { type.BaseType }.Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate)).Select(parent => Name(parent!)),
            .. type.GetInterfaces().Where(one => one.IsPublic && !type.IsEnum).Select(Name).Order(StringComparer.Ordinal)];
        return $"{Owner(type)}: {kind}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static IEnumerable<string> Members(Type type) => typeof(Delegate).IsAssignableFrom(type)
        ? [$"{Owner(type)}{Signature(type.GetMethod("Invoke")!)}"]
        : type.GetMembers(Declared).Where(member => !IsGenerated(member)).Select(member => member switch
        {
            ConstructorInfo constructor when IsOffered(constructor) => $"{Owner(type)}.{Simple(type)}({Parameters(constructor)})",
            MethodInfo { IsSpecialName: false } method when IsOffered(method) => $"{Owner(type)}.{method.Name}{Generic(method)}{Signature(method)}{Modifiers(method)}",
            MethodInfo method when IsOffered(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) => $"{Owner(type)}.{method.Name}{Signature(method)}",
            PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsOffered) => Describe(type, property),
            FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily => Describe(type, field),
            _ => "",
        }).Where(line => line.Length > 0);

    private static string Describe(Type type, PropertyInfo property)
    {
        string accessors = (property.GetMethod is { } get && IsOffered(get) ? " get;" : "")
            + (property.SetMethod is { } set && IsOffered(set) ? set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;" : "");
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Describe))}]" : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Owner(type)}.{property.Name}{index} {{{accessors} }} -> {required}{Name(property.PropertyType, Nullability.Create(property))}{(property.GetAccessors(true)[0].IsStatic ? " (static)" : "")}";
    }

    private static string Describe(Type type, FieldInfo field) => field.IsLiteral
        ? $"{Owner(type)}.{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}"
        : $"{Owner(type)}.{field.Name} -> {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)}";

    private static string Signature(MethodInfo method) => $"({Parameters(method)}) -> {Name(method.ReturnType, Nullability.Create(method.ReturnParameter))}";

    private static string Modifiers(MethodInfo method) => method.IsStatic ? " (static)" : method.IsAbstract ? " (abstract)" : method.GetBaseDefinition() != method ? " (override)" : method.IsVirtual && !method.IsFinal ? " (virtual)" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Describe));

    private static string Describe(ParameterInfo parameter)
    {
        string by = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        string value = !parameter.HasDefaultValue ? "" : parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? " = default" : " = null",
            string text => $" = \"{text}\"",
            bool flag => flag ? " = true" : " = false",
            object other => $" = {Convert.ToString(other, CultureInfo.InvariantCulture)}",
        };
        return $"{by}{Name(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Generic(MethodInfo method) => method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static bool IsOffered(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    // What a record adds of itself says nothing that "record" does not; its properties and constructor are listed.
    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal);

    private static string Owner(Type type) => $"{(type.IsNested ? Owner(type.DeclaringType!) : type.Namespace)}.{Simple(type)}{Arguments(type)}";

    private static string Simple(Type type) => type.Name.Split('`')[0];

    private static string Arguments(Type type) => type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : "";

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner) + "?";
        }

        string mark = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return Name(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword + mark;
        }

        Type[] arguments = type.GetGenericArguments();
        if (arguments.Length == 0)
        {
            return Simple(type) + mark;
        }

        NullabilityInfo?[] inside = nullability?.GenericTypeArguments.Length == arguments.Length ? nullability.GenericTypeArguments : new NullabilityInfo?[arguments.Length];
        return type.Name.StartsWith("ValueTuple", StringComparison.Ordinal)
            ? $"({string.Join(", ", arguments.Select((argument, i) => Name(argument, inside[i])))})"
            : $"{Simple(type)}<{string.Join(", ", arguments.Select((argument, i) => Name(argument, inside[i])))}>{mark}";
    }
}
