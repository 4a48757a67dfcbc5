namespace Hpc.LoadTests.Relay;

/// <summary>When a piece passes.</summary>
/// <param name="Start">Its first byte enters the link.</param>
/// <param name="Arrival">Its last byte is at the other end.</param>
internal readonly record struct LinkSlot(TimeSpan Start, TimeSpan Arrival);
