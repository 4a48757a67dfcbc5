namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>How the peer leaves.</summary>
internal enum FuzzEnd
{
    Disconnect,
    CloseOutput,
    Abort,
    Stopped,
    Kicked,
    Drained,
}
