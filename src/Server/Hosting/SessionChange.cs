namespace Hpc.Server.Hosting;

/// <summary>
/// Runs the same work for one session again whenever it is asked to, never twice at once. Who asks while it runs waits for the next run, which sees whatever was
/// there to be seen when they asked; so there is at most one that runs and one that waits, however often it is asked.
/// </summary>
internal sealed class SessionChange(Func<Task<bool>> run)
{
    private readonly Lock _gate = new();
    private Task<bool> _running = Task.FromResult(true);
    private Task<bool>? _next;

    /// <summary>The result of a run that begins after this is called. It does not throw, if the work does not.</summary>
    public Task<bool> RunAsync()
    {
        lock (_gate)
        {
            if (_next is not null)
            {
                return _next;
            }

            Task<bool> last = _running;
            return last.IsCompleted ? _running = BeginAsync() : _next = FollowAsync(last);
        }
    }

    private async Task<bool> FollowAsync(Task<bool> last)
    {
        await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_gate)
        {
            // Who asks from here on comes too late for this run.
            _running = _next!;
            _next = null;
        }

        return await run().ConfigureAwait(false);
    }

    // Not under the lock.
    private async Task<bool> BeginAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await run().ConfigureAwait(false);
    }
}
