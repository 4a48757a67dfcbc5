using Hpc.Storage;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>What the table allows an operation to answer. The first letter of a name is not needed to read it: each is a set of answers.</summary>
internal enum Outcome
{
    /// <summary>It happens.</summary>
    Done,

    /// <summary>AccessDenied, and nothing changes.</summary>
    Denied,

    /// <summary>NotFound, as for a name that does not exist, and nothing changes.</summary>
    Missing,

    /// <summary>Any error, and nothing changes: the specification names none.</summary>
    Refused,

    /// <summary>It happens, or the client is told to copy.</summary>
    DoneOrCrossDevice,

    /// <summary>Left open; only what comes out is looked at.</summary>
    Any,
}

internal static class Outcomes
{
    public static bool Accepts(this Outcome expected, StorageError actual) => expected switch
    {
        Outcome.Done => actual == StorageError.None,
        Outcome.Denied => actual is StorageError.AccessDenied or StorageError.ReadOnly,
        Outcome.Missing => actual == StorageError.NotFound,
        Outcome.Refused => actual != StorageError.None,
        Outcome.DoneOrCrossDevice => actual is StorageError.None or StorageError.CrossDevice,
        _ => true,
    };

    public static bool Forbids(this Outcome expected) => expected is Outcome.Denied or Outcome.Missing or Outcome.Refused;
}
