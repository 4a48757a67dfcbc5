using System.Globalization;
using System.Text;

namespace Hpc.Server.Logging;

/// <summary>
/// Lines to a file that only its owner and group can read. At its largest size the file becomes <c>name.1</c>, what was <c>name.1</c> becomes <c>name.2</c>,
/// and what passes the number of backups is deleted. Where that cannot be done, the file goes on growing and rotation is tried again after some more lines.
/// </summary>
internal sealed class RollingFileSink : ILogSink
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private const long RetryStep = 1024 * 1024;

    private readonly string _path;
    private readonly long _maxSize;
    private readonly int _maxBackups;
    private FileStream? _file;
    private int _isReopenWanted;

    // After a rotation that failed: the size at which it is tried again, and what there is to say about it.
    private long _retryAt;
    private string? _problem;
    private bool _isProblemKnown;

    /// <param name="path">The file.</param>
    /// <param name="maxSize">Bytes; 0 never rotates.</param>
    /// <param name="maxBackups">Rotated files that are kept.</param>
    public RollingFileSink(string path, long maxSize, int maxBackups)
    {
        _path = Path.GetFullPath(path);
        _maxSize = maxSize;
        _maxBackups = maxBackups;
        _file = Open();
    }

    public void Write(LogLine line)
    {
        byte[] bytes = Utf8.GetBytes(line.Text + "\n");
        FileStream file = FileFor(bytes.Length);
        file.Write(bytes);
    }

    public void Flush() => _file?.Flush();

    public void Reopen() => Volatile.Write(ref _isReopenWanted, 1);

    public string? TakeProblem()
    {
        string? problem = _problem;
        _problem = null;
        return problem;
    }

    public void Dispose() => Close();

    private FileStream FileFor(int length)
    {
        if (Interlocked.Exchange(ref _isReopenWanted, 0) == 1)
        {
            Close();
        }

        _file ??= Open();
        if (_maxSize > 0 && _file.Position > 0 && _file.Position + length > Math.Max(_maxSize, _retryAt))
        {
            TryRotate(_file.Position + length);
        }

        return _file;
    }

    // The file stays open until its successor is: whatever fails, there is one to write to.
    private void TryRotate(long size)
    {
        FileStream full = _file!;
        full.Flush();
        try
        {
            Rotate();
            _file = Open();
            full.Dispose();
            _retryAt = 0;
            _isProblemKnown = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _retryAt = size + Math.Min(_maxSize, RetryStep);
            _problem = _isProblemKnown ? null : $"the log file cannot be rotated and goes on growing: {e.Message}";
            _isProblemKnown = true;
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 64 * 1024,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        };
        return new FileStream(_path, options);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _retryAt = 0;
    }

    private void Rotate()
    {
        if (_maxBackups == 0)
        {
            File.Delete(_path);
            return;
        }

        // Up to the first gap alone: a rotation that failed half way has left one, and its repetition must not push the oldest out.
        int free = 1;
        while (free < _maxBackups && File.Exists(Backup(free)))
        {
            free++;
        }

        for (int i = free - 1; i >= 1; i--)
        {
            File.Move(Backup(i), Backup(i + 1), overwrite: true);
        }

        // Missing if the file was moved away, or renamed by a rotation whose new file could not be opened.
        if (File.Exists(_path))
        {
            File.Move(_path, Backup(1), overwrite: true);
        }
    }

    private string Backup(int number) => _path + "." + number.ToString(CultureInfo.InvariantCulture);
}
