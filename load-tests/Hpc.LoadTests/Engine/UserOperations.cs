using System.Diagnostics;
using System.Globalization;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Sessions;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.Storage;

namespace Hpc.LoadTests.Engine;

/// <summary>The operations of one session; each is timed and counted. A failure is counted by who calls.</summary>
internal sealed class UserOperations(EngineContext context, int number)
{
    private SeededRandom _random = SeededRandom.For(context.Scenario.Seed + 1, number);
    private uint _files;
    private bool _hasRenamed;
    private bool _isAtSecondName;

    /// <summary>What is under way, for the count of a failure.</summary>
    public LoadOperation Current { get; private set; }

    private RunFolder Folder => context.Folder ?? throw new InvalidOperationException("The run has no folder.");

    public Task ActAsync(SessionAction action, SftpClient sftp, CancellationToken ct) => action switch
    {
        SessionAction.Upload => UploadAsync(sftp, ct),
        SessionAction.Download => DownloadAsync(sftp, Folder.Pick(ref _random), ct),
        SessionAction.List => ListAsync(sftp, ct),
        SessionAction.Stat => StatAsync(sftp, Folder.Pick(ref _random), ct),
        SessionAction.MakeAndRemoveDirectory => MakeAndRemoveDirectoryAsync(sftp, ct),
        SessionAction.Rename => RenameAsync(sftp, ct),
        SessionAction.Remove => RemoveAsync(sftp, ct),
        SessionAction.SmallFile => SmallFileAsync(sftp, ct),
        SessionAction.KeepAlive => TimeAsync(LoadOperation.Keepalive, () => sftp.RealPathAsync(".", ct)),
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "This is no operation on files."),
    };

    private async Task UploadAsync(SftpClient sftp, CancellationToken ct)
    {
        string path = PathOf($"kept-{_files % (uint)context.Scenario.Files.KeptPerSession}");
        await PutAsync(sftp, path, NextContent(), context.Scenario.Files.Size.Next(ref _random), context.Scenario.Files.Check, ct).ConfigureAwait(false);
    }

    private Task DownloadAsync(SftpClient sftp, PreparedFile file, CancellationToken ct) =>
        TimeAsync(LoadOperation.Download, () => context.Transfer.DownloadAsync(sftp, file.Path, file.Content, file.Length, ct));

    private async Task ListAsync(SftpClient sftp, CancellationToken ct)
    {
        int wanted = context.Scenario.Files.Listed;
        await TimeAsync(LoadOperation.List, async () =>
        {
            List<SftpListEntry> entries = await sftp.ListAsync(Folder.ListedPath, ct).ConfigureAwait(false);
            int found = entries.Count(static entry => entry.Name is not ("." or ".."));
            if (found != wanted)
            {
                throw new WrongContentException($"The listing has {found} entries; {wanted} were made.");
            }
        }).ConfigureAwait(false);
    }

    private Task StatAsync(SftpClient sftp, PreparedFile file, CancellationToken ct) =>
        TimeAsync(LoadOperation.Stat, () => CheckSizeAsync(sftp, file.Path, file.Length, ct));

    private async Task MakeAndRemoveDirectoryAsync(SftpClient sftp, CancellationToken ct)
    {
        string path = PathOf($"folder-{NextContent()}");
        await TimeAsync(LoadOperation.MakeDirectory, () => sftp.MakeDirectoryAsync(path, null, ct)).ConfigureAwait(false);
        await TimeAsync(LoadOperation.RemoveDirectory, () => sftp.RemoveDirectoryAsync(path, ct)).ConfigureAwait(false);
    }

    /// <summary>Between two names; the file is made at the first time.</summary>
    private async Task RenameAsync(SftpClient sftp, CancellationToken ct)
    {
        if (!_hasRenamed)
        {
            await PutAsync(sftp, PathOf("name-0"), NextContent(), SmallLength(), UploadCheck.None, ct).ConfigureAwait(false);
            _hasRenamed = true;
        }

        (string from, string to) = _isAtSecondName ? (PathOf("name-1"), PathOf("name-0")) : (PathOf("name-0"), PathOf("name-1"));
        await TimeAsync(LoadOperation.Rename, () => sftp.RenameAsync(from, to, RenameMode.NoReplace, ct)).ConfigureAwait(false);
        _isAtSecondName = !_isAtSecondName;
    }

    private async Task RemoveAsync(SftpClient sftp, CancellationToken ct)
    {
        string path = PathOf($"removed-{_files}");
        await PutAsync(sftp, path, NextContent(), SmallLength(), UploadCheck.None, ct).ConfigureAwait(false);
        await TimeAsync(LoadOperation.Remove, () => sftp.RemoveAsync(path, ct)).ConfigureAwait(false);
    }

    private async Task SmallFileAsync(SftpClient sftp, CancellationToken ct)
    {
        string path = PathOf($"small-{_files}");
        uint content = NextContent();
        long length = SmallLength();
        await PutAsync(sftp, path, content, length, UploadCheck.None, ct).ConfigureAwait(false);
        await DownloadAsync(sftp, new PreparedFile(path, content, length), ct).ConfigureAwait(false);
        await TimeAsync(LoadOperation.Remove, () => sftp.RemoveAsync(path, ct)).ConfigureAwait(false);
    }

    private async Task PutAsync(SftpClient sftp, string path, uint content, long length, UploadCheck check, CancellationToken ct)
    {
        await TimeAsync(LoadOperation.Upload, () => context.Transfer.UploadAsync(sftp, path, content, length, ct)).ConfigureAwait(false);
        Current = LoadOperation.Upload;
        switch (check)
        {
            case UploadCheck.Size:
                await CheckSizeAsync(sftp, path, length, ct).ConfigureAwait(false);
                break;
            case UploadCheck.Content:
                await context.Checking.DownloadAsync(sftp, path, content, length, ct).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    private static async Task CheckSizeAsync(SftpClient sftp, string path, long length, CancellationToken ct)
    {
        EntryAttributes attributes = await sftp.StatAsync(path, ct).ConfigureAwait(false);
        if (attributes.Size != length)
        {
            throw new WrongContentException($"{path} has {attributes.Size} bytes; {length} were written.");
        }
    }

    /// <summary>Counts what succeeds; content was counted while it moved.</summary>
    private async Task TimeAsync(LoadOperation operation, Func<Task> act)
    {
        Current = operation;
        long started = Stopwatch.GetTimestamp();
        await act().ConfigureAwait(false);
        context.Recorder.Record(operation, Stopwatch.GetElapsedTime(started), 0, LoadOutcome.Succeeded);
    }

    private string PathOf(string name) => string.Create(CultureInfo.InvariantCulture, $"{Folder.Path}/s{number}-{name}");

    private long SmallLength() => context.Scenario.Files.SmallSize.Next(ref _random);

    // Another part of the pattern for each file, below those that were prepared.
    private uint NextContent() => (((uint)number * 7919) + _files++) % RunFolder.PreparedContent;
}
