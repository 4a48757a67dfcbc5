namespace Hpc.Storage.Vfs.Policy;

/// <summary>Code points from the first to the last, both included.</summary>
internal readonly record struct CharacterRange(int First, int Last);
