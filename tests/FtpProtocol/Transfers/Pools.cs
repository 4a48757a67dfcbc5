using Hpc.Transport.Buffers;

namespace Hpc.FtpProtocol.Tests.Transfers;

internal static class Pools
{
    public static BlockPool New() => new(new BufferBudget(64L << 20));
}
