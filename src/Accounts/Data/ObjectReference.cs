namespace Hpc.Accounts.Data;

/// <summary>A reference that the store holds up: its target cannot be removed while it is there, and cannot be missing.</summary>
/// <param name="From">The object that refers.</param>
/// <param name="To">The object that is referred to.</param>
public readonly record struct ObjectReference(ObjectKey From, ObjectKey To);
