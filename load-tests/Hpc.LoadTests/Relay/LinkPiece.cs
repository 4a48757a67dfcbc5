namespace Hpc.LoadTests.Relay;

/// <summary>Bytes on their way; none for the end of a connection's direction.</summary>
internal readonly record struct LinkPiece(byte[] Buffer, int Length, TimeSpan Arrival)
{
    public bool IsEnd => Length == 0;
}
