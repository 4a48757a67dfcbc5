namespace Hpc.Policy.Tests.Rules;

/// <summary>Which names there may be in a directory and below it, until another entry is closer (R4.10).</summary>
internal sealed record NamePattern(string Path, string[] Allowed, string[] Denied, bool Hides);
