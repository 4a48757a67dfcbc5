using System.Runtime.InteropServices;

namespace Hpc.Server.Hosting;

/// <summary>What the server asks of libc about signals.</summary>
internal static partial class SignalCall
{
    private const int Hangup = 1; // SIGHUP
    private const nint Default = 0; // SIG_DFL

    /// <summary>
    /// Lets SIGHUP be caught that the process was started to ignore, as <c>nohup</c> does: the runtime leaves an ignored signal alone, and the server would never reload.
    /// Called right before it is caught.
    /// </summary>
    public static void StopIgnoringHangup()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetHandler(Hangup, Default);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
