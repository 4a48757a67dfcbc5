using System.Globalization;
using System.Net.Sockets;
using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>No path, link, swap or race leaves the root; the sibling <c>u10</c> of the root <c>u1</c> must stay as it is.</summary>
public abstract class ConfinementTests : IDisposable
{
    private const OpenFlags WriteNew = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files;

    protected ConfinementTests(FileSystemConfinement confinement) =>
        _files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });

    public void Dispose()
    {
        _directory.OutsideShouldBeUntouched();
        _files.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string> LinksOut => new("absolute", "relative", "root", "prefix", "chain", "proc");

    [Theory]
    [MemberData(nameof(LinksOut))]
    public async Task A_link_to_a_directory_outside_leads_nowhere(string kind)
    {
        MakeLinkOut("out", kind);
        foreach (string name in (string[])["/out/secret", "/out/new", "/out/nothing/deeper"])
        {
            VirtualPath path = P(name);
            (await _files.OpenFileAsync(path, OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(path, WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.GetAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.GetLinkAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.SetAttributesAsync(path, new AttributeChanges { Permissions = 0 }, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.SetAttributesAsync(path, new AttributeChanges { Size = 0 }, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.CreateDirectoryAsync(path, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.DeleteFileAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.DeleteDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.RenameAsync(path, P("/stolen"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.CreateHardLinkAsync(path, P("/stolen"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.CreateSymbolicLinkAsync(path, "x", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.ReadSymbolicLinkAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.GetSpaceAsync(path, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.ResolveAsync(path, default)).Value.ShouldBe(path);
        }

        await _files.WriteFileAsync("/mine", "mine");
        (await _files.RenameAsync(P("/mine"), P("/out/secret"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _files.CreateHardLinkAsync(P("/mine"), P("/out/mine"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _files.OpenDirectoryAsync(P("/out"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _files.GetAttributesAsync(P("/out"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _files.GetLinkAttributesAsync(P("/out"), default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
    }

    [Fact]
    public async Task A_link_to_a_file_outside_tells_nothing_of_it()
    {
        File.CreateSymbolicLink(_directory.Real("there"), Path.Combine(_directory.Outside, "secret"));
        File.CreateSymbolicLink(_directory.Real("not-there"), Path.Combine(_directory.Outside, "nothing"));
        File.CreateSymbolicLink(_directory.Real("up"), "../u10/secret");
        foreach (string name in (string[])["/there", "/not-there", "/up"])
        {
            (await _files.GetAttributesAsync(P(name), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(P(name), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(P(name), WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.SetAttributesAsync(P(name), new AttributeChanges { Permissions = 0 }, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.ReadSymbolicLinkAsync(P(name), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.ResolveAsync(P(name), default)).Value.ShouldBe(P(name));
            (await _files.CreateHardLinkAsync(P(name), P("/stolen"), default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
            (await _files.RenameAsync(P(name), P(name + "2"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
            (await _files.DeleteFileAsync(P(name + "2"), default)).IsSuccess.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_stored_absolute_link_below_the_root_is_a_virtual_path()
    {
        await _files.CreateDirectoryAsync(P("/d"), null, default);
        await _files.WriteFileAsync("/d/f", "hello");
        File.CreateSymbolicLink(_directory.Real("l"), _directory.Real("d/f"));
        File.CreateSymbolicLink(_directory.Real("top"), _directory.Root);
        (await _files.ReadSymbolicLinkAsync(P("/l"), default)).Value.ShouldBe("/d/f");
        (await _files.ReadSymbolicLinkAsync(P("/top"), default)).Value.ShouldBe("/");
        (await _files.ReadFileAsync("/l")).ShouldBe("hello");
        (await _files.ReadFileAsync("/top/top/d/f")).ShouldBe("hello");
        (await _files.ResolveAsync(P("/top/l"), default)).Value.ShouldBe(P("/d/f"));

        File.CreateSymbolicLink(_directory.Real("dots"), _directory.Real("d/../../u10/secret"));
        (await _files.ReadSymbolicLinkAsync(P("/dots"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _files.OpenFileAsync(P("/dots"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task A_created_absolute_link_holds_no_path_of_the_machine()
    {
        await _files.CreateDirectoryAsync(P("/d"), null, default);
        (await _files.CreateSymbolicLinkAsync(P("/d/l"), "/etc/passwd", default)).IsSuccess.ShouldBeTrue();
        new FileInfo(_directory.Real("d/l")).LinkTarget.ShouldBe("../etc/passwd");
        (await _files.CreateSymbolicLinkAsync(P("/d/m"), "/../../..", default)).IsSuccess.ShouldBeTrue();
        new FileInfo(_directory.Real("d/m")).LinkTarget.ShouldBe("..");
        (await _files.OpenFileAsync(P("/d/l"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_pipe_a_device_or_a_socket_is_refused_without_waiting()
    {
        Native.MakePipe(_directory.Real("pipe"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory.Real("socket")));
        var names = new List<string> { "/pipe", "/socket" };
        if (Native.TryMakeNullDevice(_directory.Real("null")))
        {
            names.Add("/null");
        }

        foreach (string name in names)
        {
            (await _files.GetAttributesAsync(P(name), default)).Value.Type.ShouldBe(EntryType.Special);
            (await _files.OpenFileAsync(P(name), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(P(name), OpenFlags.Write, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(P(name), WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.OpenFileAsync(P(name), OpenFlags.Read | OpenFlags.Write, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.SetAttributesAsync(P(name), new AttributeChanges { Size = 0 }, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.CreateHardLinkAsync(P(name), P("/l"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
            (await _files.DeleteFileAsync(P(name), default)).IsSuccess.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_directory_swapped_for_a_link_that_leads_out_is_never_followed()
    {
        await _files.CreateDirectoryAsync(P("/d"), null, default);
        await _files.WriteFileAsync("/d/secret", "inside");
        File.CreateSymbolicLink(_directory.Real("swap"), "../u10");
        using var stop = new CancellationTokenSource();
        var swapper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Native.Exchange(_directory.Real("d"), _directory.Real("swap"));
            }
        });

        swapper.Start();
        int opened = 0;
        int refused = 0;
        try
        {
            // On a busy machine the swapper may stand still for long: go on until both sides of the swap were met.
            for (int i = 0; i < Tries || ((opened == 0 || refused == 0) && i < 50 * Tries); i++)
            {
                await TryOneAsync(i);
            }
        }
        finally
        {
            await stop.CancelAsync();
            swapper.Join();
        }

        opened.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);

        async Task TryOneAsync(int i)
        {
            StorageResult<IFileHandle> result = (i % 4) switch
            {
                0 => await _files.OpenFileAsync(P("/d/secret"), OpenFlags.Read, null, default),
                1 => await _files.OpenFileAsync(P("/d/secret"), OpenFlags.Write, null, default),
                2 => await _files.OpenFileAsync(P($"/d/new{i % 16}"), WriteNew, null, default),
                _ => await MutateAsync(i),
            };

            if (!result.IsSuccess)
            {
                refused++;
                return;
            }

            opened++;
            await using IFileHandle file = result.Value;
            if (i % 4 == 0)
            {
                (await file.ReadTextAsync()).ShouldBe("inside");
            }
        }

        async Task<StorageResult<IFileHandle>> MutateAsync(int i)
        {
            await _files.CreateDirectoryAsync(P($"/d/dir{i % 8}"), null, default);
            await _files.DeleteDirectoryAsync(P($"/d/dir{i % 8}"), default);
            await _files.RenameAsync(P("/d/new2"), P("/d/renamed"), RenameMode.Replace, default);
            await _files.DeleteFileAsync(P("/d/renamed"), default);
            await _files.CreateSymbolicLinkAsync(P("/d/link"), "/x", default);
            await _files.DeleteFileAsync(P("/d/link"), default);
            await _files.SetAttributesAsync(P("/d/secret"), new AttributeChanges { Permissions = 0x1B6 }, default);
            return await _files.OpenFileAsync(P("/d/secret"), OpenFlags.Read | OpenFlags.Write, null, default);
        }
    }

    [Fact]
    public async Task A_directory_swapped_for_a_link_to_another_is_always_there()
    {
        await _files.CreateDirectoryAsync(P("/d"), null, default);
        await _files.CreateDirectoryAsync(P("/other"), null, default);
        await _files.WriteFileAsync("/d/f", "d");
        await _files.WriteFileAsync("/other/f", "other");
        File.CreateSymbolicLink(_directory.Real("swap"), "other");
        IFileSystem plain = _files.WithoutLinks;
        using var stop = new CancellationTokenSource();
        var swapper = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Native.Exchange(_directory.Real("d"), _directory.Real("swap"));
            }
        });

        swapper.Start();
        int refused = 0;
        try
        {
            for (int i = 0; i < Tries || (refused == 0 && i < 50 * Tries); i++)
            {
                (await _files.GetAttributesAsync(P("/d/f"), default)).Value.Type.ShouldBe(EntryType.File);
                (await _files.GetAttributesAsync(P("/d"), default)).Value.Type.ShouldBe(EntryType.Directory);
                StorageError error = (await plain.GetAttributesAsync(P("/d/f"), default)).Error;
                error.ShouldBeOneOf(StorageError.None, StorageError.LinkLoop);
                refused += error == StorageError.None ? 0 : 1;
            }
        }
        finally
        {
            await stop.CancelAsync();
            swapper.Join();
        }

        refused.ShouldBeGreaterThan(0);
    }

    private static int Tries =>
        int.TryParse(Environment.GetEnvironmentVariable("HPC_RACE_TRIES"), NumberStyles.None, CultureInfo.InvariantCulture, out int tries) ? tries : 20_000;

    private void MakeLinkOut(string name, string kind)
    {
        string link = _directory.Real(name);
        switch (kind)
        {
            case "absolute":
                Directory.CreateSymbolicLink(link, _directory.Outside);
                break;
            case "relative":
                Directory.CreateSymbolicLink(link, "../u10");
                break;
            case "root":
                Directory.CreateSymbolicLink(link, "/");
                break;
            case "prefix":
                // "…/u1" + "0": the text begins with the root's path.
                Directory.CreateSymbolicLink(link, _directory.Root + "0");
                break;
            case "chain":
                Directory.CreateDirectory(_directory.Real("c"));
                Directory.CreateSymbolicLink(_directory.Real("c/one"), "../../u10");
                Directory.CreateSymbolicLink(_directory.Real("c/two"), "one");
                Directory.CreateSymbolicLink(link, "c/two/../c/./two");
                break;
            default:
                Directory.CreateSymbolicLink(link, "/proc/self/root" + _directory.Outside);
                break;
        }
    }
}

public sealed class KernelConfinementTests() : ConfinementTests(FileSystemConfinement.Kernel);

public sealed class PortableConfinementTests() : ConfinementTests(FileSystemConfinement.Portable);
