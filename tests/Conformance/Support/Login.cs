namespace Hpc.Conformance.Tests.Support;

/// <summary>How a client proves who it is.</summary>
public enum Login
{
    Password,
    Key,
}
