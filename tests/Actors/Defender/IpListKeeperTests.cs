using System.Net;
using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Actors.Defender;
using Hpc.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Tests.Defender;

public sealed class IpListKeeperTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly IpLists _lists = new();
    private readonly MemoryDataProvider _provider = new(TimeProvider.System);

    public async ValueTask InitializeAsync() => await _provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task What_is_stored_is_in_force_from_the_start_over_all_pages()
    {
        await AddAsync([.. Enumerable.Range(0, 2500).Select(static i => Entry(2, $"10.{i >> 8}.{i & 255}.0/24", 2))]);
        await AddAsync([Entry(1, "192.0.2.0/24", 1), Entry(3, "2001:db8::/32", 1, protocols: 8)]);
        await using IpListKeeper keeper = Keeper();
        await keeper.StartAsync(CancellationToken.None);
        keeper.Count.ShouldBe(2502);
        _lists.Defender.Find(IPAddress.Parse("10.9.195.7"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        _lists.Defender.Find(IPAddress.Parse("10.9.196.7"), ListProtocols.Ssh).ShouldBe(NetworkMode.None);
        _lists.Allowed.Find(IPAddress.Parse("192.0.2.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        _lists.RateSafe.Find(IPAddress.Parse("2001:db8::1"), ListProtocols.Http).ShouldBe(NetworkMode.Allow);
        _lists.RateSafe.Find(IPAddress.Parse("2001:db8::1"), ListProtocols.Ssh).ShouldBe(NetworkMode.None);
    }

    [Fact]
    public async Task Changes_of_this_process_are_in_force_when_it_is_told()
    {
        await using IpListKeeper keeper = Keeper();
        int changed = 0;
        keeper.Changed = () => changed++;
        await keeper.StartAsync(CancellationToken.None);
        IpListEntry entry = Entry(2, "192.0.2.0/24", 2);
        await AddAsync([entry]);
        await keeper.ChangedAsync([KeyOf(entry)], CancellationToken.None);
        _lists.Defender.Find(IPAddress.Parse("192.0.2.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        await ApplyAsync(ObjectChange.Put(KeyOf(entry), null, Document(entry with { Mode = 1 }), "", []));
        await keeper.ChangedAsync([KeyOf(entry)], CancellationToken.None);
        _lists.Defender.Find(IPAddress.Parse("192.0.2.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        await ApplyAsync(ObjectChange.Delete(KeyOf(entry), null));
        await keeper.ChangedAsync([KeyOf(entry)], CancellationToken.None);
        _lists.Defender.Count.ShouldBe(0);
        changed.ShouldBe(3);
    }

    [Fact]
    public async Task Changes_of_others_are_found_within_a_second()
    {
        await using IpListKeeper keeper = Keeper();
        var inForce = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await keeper.StartAsync(CancellationToken.None);
        keeper.Changed = () => inForce.TrySetResult();
        await AddAsync([Entry(1, "192.0.2.7", 1)]);
        for (int i = 0; !inForce.Task.IsCompleted; i++)
        {
            i.ShouldBeLessThan(30_000, "the change is never found");
            if (_time.PendingTimers > 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Delay(1, TestContext.Current.CancellationToken);
        }


        _lists.Allowed.Find(IPAddress.Parse("192.0.2.7"), ListProtocols.Ftp).ShouldBe(NetworkMode.Allow);
    }

    [Fact]
    public async Task Too_many_entries_leave_the_last_ones_out_and_come_in_when_there_is_room()
    {
        IpListEntry[] entries = [.. Enumerable.Range(0, 6).Select(static i => Entry(2, $"10.0.{i}.0/24", 2))];
        await AddAsync(entries);
        await using IpListKeeper keeper = Keeper(capacity: 4);
        await keeper.StartAsync(CancellationToken.None);
        keeper.Count.ShouldBe(4);
        _lists.Defender.Find(IPAddress.Parse("10.0.3.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        _lists.Defender.Find(IPAddress.Parse("10.0.4.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.None);
        await ApplyAsync(ObjectChange.Delete(KeyOf(entries[0]), null));
        await keeper.ChangedAsync([KeyOf(entries[0])], CancellationToken.None);
        keeper.Count.ShouldBe(4);
        _lists.Defender.Find(IPAddress.Parse("10.0.4.1"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_denied_and_stops_no_other()
    {
        IpListEntry broken = Entry(1, "10.0.0.5", 1);
        await AddAsync([Entry(1, "10.0.0.0/8", 1), Entry(2, "192.0.2.0/24", 2), Entry(2, "192.0.2.7", 7)]);
        await ApplyAsync(ObjectChange.Put(KeyOf(broken), 0, "{\"mode\":"u8.ToArray(), "", []));
        await ApplyAsync(ObjectChange.Put(new ObjectKey(ObjectKind.IpListEntry, "2/nowhere"), 0, Document(broken), "", []));
        await using IpListKeeper keeper = Keeper();
        await keeper.StartAsync(CancellationToken.None);
        _lists.Allowed.Find(IPAddress.Parse("10.0.0.4"), ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        _lists.Allowed.Find(IPAddress.Parse("10.0.0.5"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        _lists.Defender.Find(IPAddress.Parse("192.0.2.7"), ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        keeper.Count.ShouldBe(4);
        await ApplyAsync(ObjectChange.Put(KeyOf(broken), null, Document(broken), "", []));
        await keeper.ChangedAsync([KeyOf(broken)], CancellationToken.None);
        _lists.Allowed.Find(IPAddress.Parse("10.0.0.5"), ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
    }

    [Fact]
    public async Task A_random_history_is_in_force_as_it_is_stored()
    {
        var random = new Random(7);
        await using IpListKeeper keeper = Keeper();
        await keeper.StartAsync(CancellationToken.None);
        var model = new Dictionary<string, IpListEntry>(StringComparer.Ordinal);
        for (int step = 0; step < 300; step++)
        {
            IpListEntry entry = Entry(2, $"10.0.0.{random.Next(8) * 16}/{random.Next(26, 33)}", random.Next(1, 3), random.Next(16));
            if (!NetworkPrefix.TryParse(entry.IpOrNet, out NetworkPrefix prefix) || AddressBits.ToAddress(prefix.First).ToString() != entry.IpOrNet[..entry.IpOrNet.IndexOf('/', StringComparison.Ordinal)])
            {
                continue;
            }

            if (!model.ContainsKey(entry.IpOrNet))
            {
                await AddAsync([entry]);
                model[entry.IpOrNet] = entry;
            }
            else if (random.Next(2) == 0)
            {
                await ApplyAsync(ObjectChange.Delete(KeyOf(entry), null));
                model.Remove(entry.IpOrNet);
            }
            else
            {
                await ApplyAsync(ObjectChange.Put(KeyOf(entry), null, Document(entry), "", []));
                model[entry.IpOrNet] = entry;
            }

            await keeper.ChangedAsync([KeyOf(entry)], CancellationToken.None);
            NetworkTable expected = NetworkTable.Create(model.Values.Select(static stored =>
            {
                NetworkPrefix.TryParse(stored.IpOrNet, out NetworkPrefix network).ShouldBeTrue();
                return new NetworkRule(network, (NetworkMode)stored.Mode, (ListProtocols)stored.Protocols);
            }));
            for (int last = 0; last < 256; last += 3)
            {
                var address = new IPAddress([10, 0, 0, (byte)last]);
                _lists.Defender.Find(address, ListProtocols.Ftp).ShouldBe(expected.Find(address, ListProtocols.Ftp), $"step {step}, {address}");
            }
        }
    }

    private IpListKeeper Keeper(int capacity = 250_000) => new(_provider.Objects, _lists, _time, NullLoggerFactory.Instance.CreateLogger<IpListKeeper>(), capacity);

    private static IpListEntry Entry(int type, string network, int mode, int protocols = 0) => new() { Type = type, IpOrNet = network, Mode = mode, Protocols = protocols };

    private static ObjectKey KeyOf(IpListEntry entry) => new(ObjectKind.IpListEntry, IpListEntry.NameOf(entry.Type, entry.IpOrNet));

    private static ReadOnlyMemory<byte> Document(IpListEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, AccountsJson.Default.IpListEntry);

    private async Task AddAsync(IpListEntry[] entries)
    {
        foreach (IpListEntry entry in entries)
        {
            await ApplyAsync(ObjectChange.Put(KeyOf(entry), 0, Document(entry), "", []));
        }
    }

    private async Task ApplyAsync(ObjectChange change) => (await _provider.Objects.ApplyAsync([change], CancellationToken.None)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
}
