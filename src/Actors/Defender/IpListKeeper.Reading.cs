using System.Globalization;
using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Actors.Defender;

// Reads what the data provider has.
public sealed partial class IpListKeeper
{
    // Reading all of a full table again takes long: not for every change behind its end.
    private static readonly TimeSpan BetweenReloads = TimeSpan.FromSeconds(30);

    private long? _reloadedAt;
    private bool _isReloadDue;

    private bool MayReload => _isReloadDue && (_reloadedAt is not { } at || _time.GetElapsedTime(at) >= BetweenReloads);

    private async Task ReadAsync(CancellationToken ct)
    {
        if (MayReload)
        {
            (_reloadedAt, _isReloadDue) = (_time.GetTimestamp(), false);
            _isLoaded = false;
        }

        if (!_isLoaded)
        {
            await ReadAllAsync(ct).ConfigureAwait(false);
            return;
        }

        if (_store.TryGetStampNow(out long now) && now == _stamp)
        {
            return;
        }

        ObjectChanges changes = await _store.ListChangesAsync(_stamp, ct).ConfigureAwait(false);

        // A stamp that went back is another database in the place of the first. What was left out for want of room may have room now.
        _isReloadDue |= _isFull && changes.Keys?.Any(static key => key.Kind == ObjectKind.IpListEntry) == true;
        if (changes.Keys is null || changes.Stamp < _stamp || MayReload)
        {
            (_reloadedAt, _isReloadDue) = (_isReloadDue ? _time.GetTimestamp() : _reloadedAt, false);
            await ReadAllAsync(ct).ConfigureAwait(false);
            return;
        }

        string[] names = [.. changes.Keys.Where(static key => key.Kind == ObjectKind.IpListEntry).Select(static key => key.Name).Distinct(StringComparer.Ordinal)];
        foreach (string[] part in names.Chunk(IObjectStore.MaxPage))
        {
            await ReadAsync(part, ct).ConfigureAwait(false);
        }

        _stamp = changes.Stamp;
    }

    private async Task ReadAllAsync(CancellationToken ct)
    {
        // Read before the entries: what is committed in between is found again by the next look.
        long stamp = await _store.GetStampAsync(ct).ConfigureAwait(false);
        var found = new List<(int Type, NetworkRule Rule)>();
        string? after = null;
        _isFull = false;
        while (true)
        {
            IReadOnlyList<StoredObject> page = await _store.ListAsync(new ObjectQuery(ObjectKind.IpListEntry) { After = after, Limit = IObjectStore.MaxPage }, ct).ConfigureAwait(false);
            foreach (StoredObject stored in page)
            {
                if (TryRead(stored, out int type, out NetworkRule rule) && HasRoom(found.Count, type, stored.Key.Name))
                {
                    found.Add((type, rule));
                }
            }

            if (page.Count < IObjectStore.MaxPage || _isFull)
            {
                break;
            }

            after = page[^1].Key.Name;
        }

        Replace(found);
        (_stamp, _isLoaded) = (stamp, true);
    }

    private void Replace(List<(int Type, NetworkRule Rule)> found)
    {
        for (int i = 0; i < _entries.Length; i++)
        {
            Dictionary<NetworkPrefix, NetworkRule> entries = [];
            foreach ((int type, NetworkRule rule) in found)
            {
                if (type == i + 1)
                {
                    entries[rule.Network] = rule;
                }
            }

            _isChanged[i] |= entries.Count != _entries[i].Count || entries.Any(entry => !_entries[i].TryGetValue(entry.Key, out NetworkRule before) || before != entry.Value);
            _entries[i] = entries;
        }
    }

    private async Task ReadAsync(string[] names, CancellationToken ct)
    {
        IReadOnlyList<StoredObject> there = await _store.FindManyAsync(ObjectKind.IpListEntry, names, ct).ConfigureAwait(false);
        foreach (string gone in names.Except(there.Select(static stored => stored.Key.Name), StringComparer.Ordinal))
        {
            if (TryReadName(gone, out int type, out NetworkPrefix network) && _entries[type - 1].Remove(network))
            {
                _isChanged[type - 1] = true;
            }
        }

        foreach (StoredObject stored in there)
        {
            if (TryRead(stored, out int type, out NetworkRule rule)
                && (_entries[type - 1].ContainsKey(rule.Network) || HasRoom(_entries.Sum(static entries => entries.Count), type, stored.Key.Name)))
            {
                _entries[type - 1][rule.Network] = rule;
                _isChanged[type - 1] = true;
            }
        }
    }

    private bool _isFull;

    private bool HasRoom(int count, int type, string name)
    {
        if (count < Capacity)
        {
            return true;
        }

        if (!_isFull)
        {
            DefenderLog.ListsFull(_logger, Capacity, type, name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        }

        _isFull = true;
        return false;
    }

    private bool TryRead(StoredObject stored, out int type, out NetworkRule rule)
    {
        rule = default;
        if (!TryReadName(stored.Key.Name, out type, out NetworkPrefix network))
        {
            DefenderLog.EntryUnreadable(_logger, stored.Key.Name, type);
            return false;
        }

        rule = RuleOf(stored, type, network);
        return true;
    }

    // What cannot be read is denied in every list: who is perhaps denied is not let in, and the other entries go on.
    private NetworkRule RuleOf(StoredObject stored, int type, NetworkPrefix network)
    {
        Exception? fault = null;
        try
        {
            if (JsonSerializer.Deserialize(stored.Document.Span, AccountsJson.Default.IpListEntry) is { } entry
                && Enum.IsDefined((NetworkMode)entry.Mode) && entry.Mode != (int)NetworkMode.None
                && (entry.Protocols & ~(int)ListProtocols.All) == 0)
            {
                return new NetworkRule(network, (NetworkMode)entry.Mode, (ListProtocols)entry.Protocols);
            }
        }
        catch (JsonException exception)
        {
            fault = exception;
        }

        DefenderLog.EntryDenied(_logger, stored.Key.Name, type, fault);
        return new NetworkRule(network, NetworkMode.Deny, ListProtocols.None);
    }

    // The name is the type and the network, as IpListEntry.NameOf makes it.
    private static bool TryReadName(string name, out int type, out NetworkPrefix network)
    {
        network = default;
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        type = 0;
        return slash > 0
            && int.TryParse(name.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out type)
            && type is >= 1 and <= 3
            && NetworkPrefix.TryParse(name[(slash + 1)..], out network);
    }
}
