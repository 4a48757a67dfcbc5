namespace Hpc.Accounts;

/// <summary>What a user may do in a directory and below it.</summary>
/// <param name="Path">Absolute virtual path other than <c>/</c>; a segment with <c>*</c>, <c>?</c> or <c>[</c> is a pattern (<see cref="NamePatternRules"/>, here with regard to case), and a path without any comes first.</param>
/// <param name="Names">Permission names of spec row R4.1. An empty list allows nothing.</param>
public sealed record DirectoryPermissions(string Path, IReadOnlyList<string> Names);
