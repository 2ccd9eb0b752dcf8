namespace Semblance.Index.Log;

/// <summary>One change: an item that is put, or an id that is deleted.</summary>
/// <param name="Id">The id.</param>
/// <param name="Item">The item that has it from then on; null to delete.</param>
internal readonly record struct Operation(ItemId Id, Item? Item);
