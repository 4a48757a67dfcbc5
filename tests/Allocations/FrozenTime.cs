namespace Hpc.Allocations.Tests;

/// <summary>A clock that stands still: by it no storage is ever slow, so that a busy machine does not send operations to workers.</summary>
internal sealed class FrozenTime : TimeProvider
{
    public static FrozenTime Instance { get; } = new();

    public override long GetTimestamp() => 0;
}
