using Hpc.Storage.Tests.Support;
using Hpc.Storage.Tests.Vfs.Names;
using Hpc.Storage.Tests.Vfs.Uploads;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Exchange;

/// <summary>What holds when the files of a session are exchanged: the next operation is judged anew, and nothing is let go that is in use.</summary>
public sealed class SessionFilesTests
{
    private readonly ExchangeBench _bench = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_operation_of_every_view_is_decided_by_the_new_rules()
    {
        using var session = new SessionFiles(_bench.Files());
        IFileSystem scp = session.For("SCP");
        IFileSystem[] views = [session, session.Tentative, scp, scp.Tentative];
        for (int i = 0; i < views.Length; i++)
        {
            (await views[i].CreateDirectoryAsync(P($"/d{i}"), null, Ct)).IsSuccess.ShouldBeTrue();
        }

        session.Exchange(_bench.Files("list")).ShouldBeTrue();
        foreach (IFileSystem view in views)
        {
            (await view.CreateDirectoryAsync(P("/no"), null, Ct)).Error.ShouldBe(StorageError.AccessDenied);
            (await view.GetAttributesAsync(P("/d0"), Ct)).IsSuccess.ShouldBeTrue();
        }

        _bench.Events.Where(told => told.Kind == FileEventKind.CreateDirectory).Select(told => (told.Source.Protocol, told.Outcome == StorageError.None))
            .ShouldBe([("SFTP", true), ("SFTP", true), ("SCP", true), ("SCP", true), ("SFTP", false), ("SCP", false)]);
        session.For("SFTP").ShouldBeSameAs(session);
    }

    [Fact]
    public async Task What_is_only_looked_at_is_no_event()
    {
        using var session = new SessionFiles(_bench.Files());
        (await session.CreateSymbolicLinkAsync(P("/link"), "there", Ct)).IsSuccess.ShouldBeTrue();
        int before = _bench.Events.Count;

        foreach (IFileSystem view in new[] { session, session.Tentative, session.For("FTP") })
        {
            (await view.LookAtLinkAsync(P("/link"), Ct)).Value.ShouldBe("there");
            (await view.LookAtLinkAsync(P("/missing"), Ct)).Error.ShouldBe(StorageError.NotFound);
            (await view.LookAsync(P("/"), Ct)).IsSuccess.ShouldBeTrue();
            (await view.LookWhereAsync(P("/"), Ct)).IsSuccess.ShouldBeTrue();
            (await view.JudgeOpenAsync(P("/new"), OpenFlags.Write | OpenFlags.Create, Ct)).IsSuccess.ShouldBeTrue();
            (await view.LookAsync(P("/new"), Ct)).Error.ShouldBe(StorageError.NotFound);
        }

        _bench.Events.Count.ShouldBe(before);
    }

    [Fact]
    public void Files_that_nothing_is_open_in_are_let_go_at_once_and_once()
    {
        var session = new SessionFiles(_bench.Files());
        session.Exchange(_bench.Files());
        session.Exchange(_bench.Files());
        _bench.Backends.Select(backend => backend.Disposals).ShouldBe([1, 1, 0]);
        session.Earlier.ShouldBe(0);
        session.Dispose();
        session.Dispose();
        _bench.Backends.Select(backend => backend.Disposals).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task An_open_file_holds_the_files_that_it_was_opened_in_and_works_until_it_is_closed()
    {
        using var session = new SessionFiles(_bench.Files());
        IFileHandle file = (await session.OpenFileAsync(P("/f"), UploadBench.Upload | OpenFlags.Read, null, Ct)).Value;
        for (int i = 0; i < 5; i++)
        {
            session.Exchange(_bench.Files("list"));
            session.Earlier.ShouldBe(1);
        }

        (await UploadBench.WriteAsync(file, 0, 10)).Value.ShouldBe(10);
        _bench.Backends.Select(backend => backend.Disposals).ShouldBe([0, 1, 1, 1, 1, 0]);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        await file.DisposeAsync();
        _bench.Backends[0].Disposals.ShouldBe(1);
        _bench.Backends[0].Late.ShouldBe(0);
        session.Earlier.ShouldBe(0);
    }

    [Fact]
    public async Task A_directory_that_is_being_listed_holds_its_files()
    {
        using var session = new SessionFiles(_bench.Files());
        await session.MakeAsync("/a");
        IDirectoryReader reader = (await session.OpenDirectoryAsync(P("/"), Ct)).Value;
        session.Exchange(_bench.Files("upload"));
        var entries = new List<DirectoryEntry>();
        (await reader.ReadAsync(entries, 10, Ct)).Value.ShouldBe(1);
        _bench.Backends[0].Disposals.ShouldBe(0);
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        _bench.Backends[0].Disposals.ShouldBe(1);
    }

    [Fact]
    public async Task An_operation_under_way_ends_by_the_rules_that_it_began_with()
    {
        using var session = new SessionFiles(_bench.Files());
        await session.MakeAsync("/a");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Backends[0].Before = gate.Task;
        Task<StorageResult<EntryAttributes>> asking = session.GetAttributesAsync(P("/a"), Ct).AsTask();
        session.Exchange(_bench.Files("upload"));
        (await session.GetAttributesAsync(P("/a"), Ct)).Error.ShouldBe(StorageError.AccessDenied);
        _bench.Backends[0].Disposals.ShouldBe(0);
        gate.SetResult();
        (await asking).IsSuccess.ShouldBeTrue();
        _bench.Backends[0].Disposals.ShouldBe(1);
        _bench.Backends[0].Late.ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_session_allows_nothing_and_takes_no_other_files()
    {
        var session = new SessionFiles(_bench.Files());
        await session.MakeAsync("/a");
        IFileSystem scp = session.For("SCP");
        (await scp.GetAttributesAsync(P("/a"), Ct)).IsSuccess.ShouldBeTrue();
        IFileHandle file = (await session.OpenFileAsync(P("/f"), UploadBench.Upload, null, Ct)).Value;
        session.Dispose();
        session.Exchange(_bench.Files()).ShouldBeFalse();
        _bench.Backends.Select(backend => backend.Disposals).ShouldBe([0, 1]);
        (await session.GetAttributesAsync(P("/a"), Ct)).Error.ShouldBe(StorageError.AccessDenied);
        (await scp.GetAttributesAsync(P("/a"), Ct)).Error.ShouldBe(StorageError.AccessDenied);
        await file.DisposeAsync();
        _bench.Backends[0].Disposals.ShouldBe(1);
    }

    [Fact]
    public async Task Files_that_are_let_go_refuse_and_do_not_throw()
    {
        UserFileSystem files = _bench.Files();
        files.Dispose();
        (await files.GetAttributesAsync(P("/"), Ct)).Error.ShouldBe(StorageError.Cancelled);
        (await files.ResolveAsync(P("/"), Ct)).Error.ShouldBe(StorageError.Cancelled);
        _bench.Backends[0].Late.ShouldBe(0);
        _bench.Backends[0].Disposals.ShouldBe(1);
    }
}
