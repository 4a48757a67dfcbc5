using Hpc.Allocations.Tests.Operations;

namespace Hpc.Allocations.Tests;

/// <summary>Everything that is measured, by name.</summary>
internal static class OperationTable
{
    public static IReadOnlyDictionary<string, Operation> All { get; } = new[]
    {
        CryptoOperations.All,
        PacketOperations.All,
        StorageOperations.All,
        SftpOperations.All,
        ActorOperations.All,
        AccountOperations.All,
        ConnectionOperations.All,
    }.SelectMany(static area => area).ToDictionary(static operation => operation.Name, StringComparer.Ordinal);
}
