namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>How bytes are handed to the connection.</summary>
internal enum FuzzPace
{
    Whole,
    Chunks,
    SingleBytes,
}
