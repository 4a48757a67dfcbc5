using System.Collections.Concurrent;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.HttpApi.Tests;

internal sealed class MemoryConnections : IConnectionOperations
{
    public ConcurrentDictionary<string, ConnectionStatus> All { get; } = new(StringComparer.Ordinal);

    public void Add(string id, string user) => All[id] = new ConnectionStatus { ConnectionId = id, Username = user, Protocol = "SFTP", RemoteAddress = "192.0.2.7:5000" };

    public ValueTask<IReadOnlyList<ConnectionStatus>> ListAsync(CancellationToken ct) => new([.. All.Values.OrderBy(connection => connection.ConnectionId, StringComparer.Ordinal)]);

    public ValueTask<bool> CloseAsync(string connectionId, string node, CancellationToken ct) => new(node.Length == 0 && All.TryRemove(connectionId, out _));

    public ValueTask<int> CloseUserAsync(string userName, CancellationToken ct) =>
        new(All.Values.Where(connection => connection.Username == userName).Count(connection => All.TryRemove(connection.ConnectionId, out _)));
}
