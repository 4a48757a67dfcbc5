using System.Net;
using System.Text;
using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;

namespace Hpc.HttpApi.Parts;

/// <summary>Hosts as they stand in the data provider, under <c>defender:</c> and the address in hexadecimal digits.</summary>
public sealed class EphemeralDefenderHosts : IDefenderHosts
{
    private const string Prefix = "defender:";
    private const int MaxHosts = 1_000;

    private readonly IEphemeralStore _store;

    /// <summary>Reads them from this store.</summary>
    public EphemeralDefenderHosts(IEphemeralStore store) => _store = store;

    /// <summary>The id of an address (R6.9).</summary>
    public static string IdOf(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Convert.ToHexStringLower(Encoding.ASCII.GetBytes(address.ToString()));
    }

    /// <summary>Name of an address in the store.</summary>
    public static string NameOf(IPAddress address) => Prefix + IdOf(address);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DefenderEntry>> ListAsync(CancellationToken ct)
    {
        var hosts = new List<DefenderEntry>();
        foreach (string name in await _store.ListAsync(Prefix, after: null, MaxHosts, ct).ConfigureAwait(false))
        {
            if (await ReadAsync(name, ct).ConfigureAwait(false) is { } host)
            {
                hosts.Add(host);
            }
        }

        return hosts;
    }

    /// <inheritdoc/>
    public ValueTask<DefenderEntry?> FindAsync(IPAddress address, CancellationToken ct) => ReadAsync(NameOf(address), ct);

    /// <inheritdoc/>
    public async ValueTask<HostRemovalResult> RemoveAsync(IPAddress address, CancellationToken ct) =>
        await _store.TryRemoveAsync(NameOf(address), ct).ConfigureAwait(false) ? HostRemovalResult.Done : HostRemovalResult.Nothing;

    private async ValueTask<DefenderEntry?> ReadAsync(string name, CancellationToken ct) =>
        await _store.FindAsync(name, ct).ConfigureAwait(false) is { } value ? JsonSerializer.Deserialize(value.Span, HttpApiJson.Default.DefenderEntry) : null;
}
