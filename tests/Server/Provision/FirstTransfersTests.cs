using System.Net;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Server.Provision;
using Hpc.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Provision;

public sealed class FirstTransfersTests
{
    private static readonly ObjectKey Ann = new(ObjectKind.User, "ann");

    [Fact]
    public async Task The_first_finished_upload_and_download_are_remembered_and_no_others()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, ct);
        await provider.Objects.ApplyAsync([ObjectChange.Put(Ann, 0, "{}"u8.ToArray(), "", [])], ct);
        await provider.Activity.TrySetOnceAsync(Ann, ActivityField.FirstDownload, 7, ct);
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var firsts = new FirstTransfers(provider.Activity, TimeProvider.System, NullLogger.Instance);
        firsts.Publish(Event(FileEventKind.Download, StorageError.None));
        firsts.Publish(Event(FileEventKind.Delete, StorageError.None));
        await firsts.DisposeAsync();
        (await FieldsAsync(provider, ct)).ShouldBe([(ActivityField.FirstDownload, 7)]);

        firsts = new FirstTransfers(provider.Activity, TimeProvider.System, NullLogger.Instance);
        firsts.Publish(Event(FileEventKind.Upload, StorageError.Cancelled));
        firsts.Publish(Event(FileEventKind.Upload, StorageError.None));
        firsts.Publish(Event(FileEventKind.Upload, StorageError.None));
        await firsts.DisposeAsync();
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> found = await provider.Activity.FindAsync([Ann], ct);
        found[(Ann, ActivityField.FirstUpload)].ShouldBeGreaterThanOrEqualTo(before);
        found[(Ann, ActivityField.FirstDownload)].ShouldBe(7);
    }

    [Fact]
    public async Task A_user_who_was_removed_and_added_anew_has_a_first_transfer_again()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, ct);
        await provider.Objects.ApplyAsync([ObjectChange.Put(Ann, 0, "{}"u8.ToArray(), "", [])], ct);
        var firsts = new FirstTransfers(provider.Activity, TimeProvider.System, NullLogger.Instance);
        firsts.Publish(Event(FileEventKind.Upload, StorageError.None));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while ((await FieldsAsync(provider, ct)).Count == 0)
        {
            await Task.Delay(10, limit.Token);
        }

        await provider.Objects.ApplyAsync([ObjectChange.Delete(Ann, null)], ct);
        await firsts.ChangedAsync([Ann], ct);
        await provider.Objects.ApplyAsync([ObjectChange.Put(Ann, 0, "{}"u8.ToArray(), "", [])], ct);
        firsts.Publish(Event(FileEventKind.Upload, StorageError.None));
        await firsts.DisposeAsync();
        (await FieldsAsync(provider, ct)).ShouldHaveSingleItem().Field.ShouldBe(ActivityField.FirstUpload);
    }

    private static async Task<IReadOnlyList<(ActivityField Field, long Value)>> FieldsAsync(MemoryDataProvider provider, CancellationToken ct) =>
        [.. (await provider.Activity.FindAsync([Ann], ct)).Select(static entry => (entry.Key.Field, entry.Value))];

    private static FileEvent Event(FileEventKind kind, StorageError outcome) => new()
    {
        Source = new FileEventSource
        {
            UserName = "ann",
            Protocol = "SFTP",
            Remote = new IPEndPoint(IPAddress.Loopback, 1),
            Local = new IPEndPoint(IPAddress.Loopback, 2),
            ConnectionId = "1",
        },
        Kind = kind,
        Path = VirtualPath.Root.Combine("file"),
        Outcome = outcome,
    };
}
