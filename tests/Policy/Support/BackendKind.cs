namespace Hpc.Policy.Tests;

/// <summary>What the files of a test lie on.</summary>
public enum BackendKind
{
    Local,
    Memory,
}
