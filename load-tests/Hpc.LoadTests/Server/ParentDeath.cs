using System.ComponentModel;
using System.Diagnostics;

namespace Hpc.LoadTests.Server;

/// <summary>
/// Starts a process that gets SIGTERM when this one ends, however it ends: by setpriv(1) of util-linux, which asks the kernel for that signal and becomes the
/// program. Where it is missing, a process that is killed leaves its server behind.
/// </summary>
internal sealed class ParentDeath : IDisposable
{
    private const string Program = "setpriv";

    private static readonly string[] Flags = ["--pdeathsig", "TERM"];
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    private readonly ManualResetEventSlim _isOver = new();
    private Thread? _parent;

    /// <summary>Starts <paramref name="process"/>; its id is that of its program.</summary>
    public async Task StartAsync(Process process, CancellationToken ct)
    {
        if (await IsThereAsync(ct).ConfigureAwait(false))
        {
            ProcessStartInfo start = process.StartInfo;
            string[] command = [.. Flags, start.FileName, .. start.ArgumentList];
            start.FileName = Program;
            start.ArgumentList.Clear();
            foreach (string argument in command)
            {
                start.ArgumentList.Add(argument);
            }
        }

        // For the kernel the thread that has started the process is its parent: it must not end before.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _parent = new Thread(() => Start(process, started)) { IsBackground = true, Name = "parent of the server" };
        _parent.Start();
        await started.Task.ConfigureAwait(false);
    }

    /// <summary>Only when the process has ended.</summary>
    public void Dispose()
    {
        _isOver.Set();
        _parent?.Join();
        _isOver.Dispose();
    }

    /// <summary>True if setpriv is installed and knows the flag.</summary>
    public static async Task<bool> IsThereAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ProbeTime);
        try
        {
            using Process? probe = Process.Start(new ProcessStartInfo(Program, [.. Flags, "true"]) { RedirectStandardOutput = true, RedirectStandardError = true });
            await probe!.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return probe.ExitCode == 0;
        }
        catch (Exception exception) when (exception is Win32Exception || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private void Start(Process process, TaskCompletionSource started)
    {
        try
        {
            process.Start();
        }
        catch (Exception exception)
        {
            started.SetException(exception);
            return;
        }

        started.SetResult();
        _isOver.Wait();
    }
}
