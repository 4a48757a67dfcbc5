namespace Hpc.Server.Admin;

/// <summary>Whether the server takes connections, for health checks. Read and written by any thread.</summary>
internal sealed class ServerState
{
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    public void BecomeReady() => _isReady = true;

    public void BeginDrain() => _isReady = false;
}
