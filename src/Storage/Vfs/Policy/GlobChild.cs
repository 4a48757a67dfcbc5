namespace Hpc.Storage.Vfs.Policy;

/// <summary>A node whose segment is a pattern.</summary>
internal readonly record struct GlobChild(Glob Pattern, PolicyNode Node);
