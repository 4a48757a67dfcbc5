using Hpc.HttpApi.Models;

namespace Hpc.HttpApi.Parts;

/// <summary>Live sessions.</summary>
public interface IConnectionOperations
{
    /// <summary>The sessions, of all nodes that can be asked.</summary>
    ValueTask<IReadOnlyList<ConnectionStatus>> ListAsync(CancellationToken ct);

    /// <summary>Closes one; false if there is none of this id.</summary>
    /// <param name="connectionId">Its id.</param>
    /// <param name="node">The node that it is on, if that was said; ids are unique in a cluster. A node that is alone has none of another.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask<bool> CloseAsync(string connectionId, string node, CancellationToken ct);

    /// <summary>Closes all of a user; how many there were.</summary>
    ValueTask<int> CloseUserAsync(string userName, CancellationToken ct);
}
