using Hpc.Storage.Tests.Support;
using Hpc.Storage.Tests.Vfs.Uploads;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Exchange;

/// <summary>A file that stays open while the account is changed is written and read by the limits of now.</summary>
public sealed class OpenFileLimitTests
{
    private readonly ExchangeBench _bench = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lower_quota_holds_for_the_next_write_and_a_higher_one_too()
    {
        using var session = new SessionFiles(_bench.Files(maxBytes: 1000));
        IFileHandle file = await OpenAsync(session);
        (await UploadBench.WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        session.Exchange(_bench.Files(maxBytes: 150));
        (await UploadBench.WriteAsync(file, 100, 60)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await UploadBench.WriteAsync(file, 100, 50)).Value.ShouldBe(50);
        session.Exchange(_bench.Files(maxBytes: 200));
        (await UploadBench.WriteAsync(file, 150, 50)).Value.ShouldBe(50);
        session.Exchange(_bench.Files());
        (await UploadBench.WriteAsync(file, 200, 5000)).Value.ShouldBe(5000);
        (_bench.Ledger.Bytes.Value, _bench.Ledger.Files.Value).ShouldBe((5200, 1));

        // An upload of which a write was refused is no whole one, and does not stay.
        (await file.CloseAsync()).Error.ShouldBe(StorageError.QuotaExceeded);
        (_bench.Ledger.Bytes.Value, _bench.Ledger.Files.Value).ShouldBe((0, 0));
        _bench.State.IsInUse.ShouldBeFalse();
    }

    [Fact]
    public async Task A_limit_of_the_size_of_a_file_that_comes_later_holds()
    {
        using var session = new SessionFiles(_bench.Files());
        IFileHandle file = await OpenAsync(session);
        IFileHandle appending = (await session.OpenFileAsync(P("/a"), OpenFlags.Write | OpenFlags.Append | OpenFlags.Create, null, Ct)).Value;
        (await UploadBench.WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        session.Exchange(_bench.Files(maxUpload: 120));
        (await UploadBench.WriteAsync(file, 100, 21)).Error.ShouldBe(StorageError.TooLarge);
        (await UploadBench.WriteAsync(file, 100, 20)).Value.ShouldBe(20);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 121 }, Ct)).Error.ShouldBe(StorageError.TooLarge);

        // Where it ends was never counted.
        (await UploadBench.WriteAsync(appending, 0, 1)).Error.ShouldBe(StorageError.Busy);
        session.Exchange(_bench.Files());
        (await UploadBench.WriteAsync(file, 120, 1000)).Value.ShouldBe(1000);
        await file.DisposeAsync();
        await appending.DisposeAsync();
    }

    [Fact]
    public async Task A_limit_of_what_is_moved_that_comes_later_holds_both_ways_and_one_that_goes_lets_go()
    {
        using var session = new SessionFiles(_bench.Files());
        IFileHandle file = await OpenAsync(session);
        (await UploadBench.WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        session.Exchange(_bench.Files(transfer: (50, 30, 0)));
        (await UploadBench.WriteAsync(file, 0, 51)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await UploadBench.WriteAsync(file, 0, 50)).Value.ShouldBe(50);
        (await UploadBench.ReadAsync(file, 0, 31)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await UploadBench.ReadAsync(file, 0, 30)).Value.ShouldBe(30);
        session.Exchange(_bench.Files());
        (await UploadBench.ReadAsync(file, 0, 100)).Value.ShouldBe(100);
        await file.DisposeAsync();
        _bench.Backends.Count(backend => backend.Disposals == 0).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_was_opened_where_nothing_was_counted_is_opened_again_before_it_is_written()
    {
        using var session = new SessionFiles(_bench.Files());
        IFileHandle file = await OpenAsync(session);
        (await UploadBench.WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        session.Exchange(_bench.Files(maxBytes: 1000));
        (await UploadBench.WriteAsync(file, 100, 1)).Error.ShouldBe(StorageError.Busy);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 500 }, Ct)).Error.ShouldBe(StorageError.Busy);
        (await UploadBench.ReadAsync(file, 0, 100)).Value.ShouldBe(100);
        await file.CloseAsync();
        IFileHandle again = (await session.OpenFileAsync(P("/f"), OpenFlags.Write, null, Ct)).Value;
        (await UploadBench.WriteAsync(again, 100, 1)).Value.ShouldBe(1);
        await again.CloseAsync();
        _bench.Ledger.Bytes.Value.ShouldBe(1);
    }

    [Fact]
    public async Task A_copy_into_a_file_that_has_to_be_opened_again_is_refused()
    {
        using var session = new SessionFiles(_bench.Files());
        await session.WriteFileAsync("/from", "content");
        IFileHandle file = await OpenAsync(session);
        session.Exchange(_bench.Files(maxBytes: 1000));
        IFileHandle source = (await session.OpenFileAsync(P("/from"), OpenFlags.Read, null, Ct)).Value;
        StorageResult<long> copied = await source.CopyToAsync(0, file, 0, 7, Ct);
        copied.IsSuccess.ShouldBeFalse();
        (await _bench.Content.GetAttributesAsync(P("/f"), Ct)).Value.Size.ShouldBe(0);
        await source.DisposeAsync();
        await file.DisposeAsync();
    }

    private static async Task<IFileHandle> OpenAsync(SessionFiles session) =>
        (await session.OpenFileAsync(P("/f"), UploadBench.Upload | OpenFlags.Read, null, Ct)).Value;
}
