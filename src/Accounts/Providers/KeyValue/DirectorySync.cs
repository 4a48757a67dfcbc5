using System.Runtime.InteropServices;

namespace Hpc.Accounts.KeyValue;

/// <summary>Makes the names in a directory durable, as a synchronised file does not.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    public static void Run(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int descriptor = Open(path, ReadOnlyCloseOnExec);
        int error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (descriptor >= 0)
        {
            error = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
            _ = Close(descriptor);
        }

        if (error != 0)
        {
            throw new IOException($"The directory '{path}' cannot be written to disk: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
