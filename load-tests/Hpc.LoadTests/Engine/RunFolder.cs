using System.Globalization;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Sessions;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.Storage;

namespace Hpc.LoadTests.Engine;

/// <summary>The folder of a run in each user's home: made before the load, removed after it.</summary>
internal sealed class RunFolder
{
    private const int Parallel = 32;

    private readonly PreparedFile[] _prepared;
    private readonly int _listed;

    public RunFolder(Scenario scenario, string parent)
    {
        Path = $"{parent.TrimEnd('/')}/hpc-load-{Guid.NewGuid().ToString("N")[..12]}";
        var random = SeededRandom.For(scenario.Seed, -1);
        bool wantsFiles = Wants(scenario, SessionAction.Download) || Wants(scenario, SessionAction.Stat);
        _prepared = new PreparedFile[wantsFiles ? scenario.Files.Prepared : 0];
        for (int i = 0; i < _prepared.Length; i++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{Path}/prepared-{i}");
            _prepared[i] = new PreparedFile(path, PreparedContent + (uint)i, scenario.Files.Size.Next(ref random));
        }

        _listed = Wants(scenario, SessionAction.List) ? scenario.Files.Listed : 0;
    }

    /// <summary>Content numbers below this belong to sessions.</summary>
    public const uint PreparedContent = 0x8000_0000;

    public string Path { get; }

    /// <summary>The folder that is listed.</summary>
    public string ListedPath => Path + "/listed";

    /// <summary>True if a scenario touches files at all.</summary>
    public static bool IsWantedBy(Scenario scenario) =>
        Enum.GetValues<SessionAction>().Any(action => action is not (SessionAction.LoginLogout or SessionAction.Idle or SessionAction.KeepAlive) && Wants(scenario, action));

    /// <summary>One of the files that are there for downloads.</summary>
    public PreparedFile Pick(ref SeededRandom random) => _prepared[random.Next(_prepared.Length)];

    /// <summary>Makes the folder and its files, over a session of the user.</summary>
    public async Task MakeAsync(SftpClient sftp, FileTransfer transfer, CancellationToken ct)
    {
        await sftp.MakeDirectoryAsync(Path, null, ct).ConfigureAwait(false);
        foreach (PreparedFile file in _prepared)
        {
            await transfer.UploadAsync(sftp, file.Path, file.Content, file.Length, ct).ConfigureAwait(false);
        }

        if (_listed > 0)
        {
            await sftp.MakeDirectoryAsync(ListedPath, null, ct).ConfigureAwait(false);
            await ForAllAsync(
                Enumerable.Range(0, _listed),
                async number => await transfer.UploadAsync(sftp, string.Create(CultureInfo.InvariantCulture, $"{ListedPath}/entry-{number}"), 0, 0, ct).ConfigureAwait(false),
                ct).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the folder with everything in it, over a session of the user.</summary>
    public Task RemoveAsync(SftpClient sftp, CancellationToken ct) => RemoveAsync(sftp, Path, ct);

    private static async Task RemoveAsync(SftpClient sftp, string folder, CancellationToken ct)
    {
        List<SftpListEntry> entries = await sftp.ListAsync(folder, ct).ConfigureAwait(false);
        entries.RemoveAll(static entry => entry.Name is "." or "..");
        foreach (SftpListEntry entry in entries.Where(IsDirectory))
        {
            await RemoveAsync(sftp, $"{folder}/{entry.Name}", ct).ConfigureAwait(false);
        }

        await ForAllAsync(
            entries.Where(static entry => !IsDirectory(entry)),
            async entry => await sftp.RemoveAsync($"{folder}/{entry.Name}", ct).ConfigureAwait(false),
            ct).ConfigureAwait(false);
        await sftp.RemoveDirectoryAsync(folder, ct).ConfigureAwait(false);
    }

    private static bool IsDirectory(SftpListEntry entry) => entry.Attributes.Type == EntryType.Directory;

    private static Task ForAllAsync<T>(IEnumerable<T> items, Func<T, ValueTask> act, CancellationToken ct) => System.Threading.Tasks.Parallel.ForEachAsync(
        items,
        new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct },
        (item, _) => act(item));

    private static bool Wants(Scenario scenario, SessionAction action) => scenario.Stages.Any(stage => stage.Operations.Has(action));
}

/// <summary>A file that is there for downloads.</summary>
/// <param name="Path">Where.</param>
/// <param name="Content">Which part of the pattern.</param>
/// <param name="Length">How long.</param>
internal sealed record PreparedFile(string Path, uint Content, long Length);
