using System.Globalization;
using Hpc.Benchmarks.Crypto;
using Hpc.Benchmarks.Support;

namespace Hpc.Allocations.Tests.Operations;

internal static class PacketOperations
{
    private const int BatchPayload = 32 * 1024;
    private const int BatchLength = 8;

    public static IEnumerable<Operation> All
    {
        get
        {
            foreach (string cipher in PacketKeys.Ciphers)
            {
                foreach (int payload in new[] { 64, 32 * 1024 })
                {
                    yield return Packets(string.Create(CultureInfo.InvariantCulture, $"write and read, {cipher}, {payload} bytes"), cipher, pair => pair.RoundTrip(new ReadOnlySpan<byte>(Payload, 0, payload)));
                }

                yield return Packets($"batch of {BatchLength} written and read, {cipher}", cipher, static pair => pair.RoundTripBatch(BatchPayload, BatchLength));
            }
        }
    }

    private static byte[] Payload { get; } = new byte[BatchPayload];

    private static Operation Packets(string name, string cipher, Action<PacketPair> run) => Operation.OnThread($"packet: {name}", () =>
    {
        using var pair = new PacketPair(cipher);
        return Measure.OnThread(() => run(pair));
    });
}
