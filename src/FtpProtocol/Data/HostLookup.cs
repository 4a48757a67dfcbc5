using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Hpc.FtpProtocol.Data;

/// <summary>Looks a host up, once for all who ask at the same time, and keeps what it finds for a minute; after a failure what was known before.</summary>
internal sealed class HostLookup(string host, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeptAfterFailure = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task? _running;
    private IPAddress? _address;
    private long _since;
    private TimeSpan _validity;

    public async ValueTask<IPAddress?> FindAsync(CancellationToken ct)
    {
        Task running;
        lock (_gate)
        {
            if (_validity > TimeSpan.Zero && time.GetElapsedTime(_since) < _validity)
            {
                return _address;
            }

            // A resolver may take long before it waits for the first time.
            running = _running ??= Task.Run(LookUpAsync, CancellationToken.None);
        }

        await Task.WhenAny(running, Task.Delay(Patience, time, ct)).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return _address;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a resolver throws is a host that cannot be looked up now; what was known before goes on being told.")]
    private async Task LookUpAsync()
    {
        IPAddress? found = null;
        try
        {
            IPAddress[] addresses = await resolve(host, CancellationToken.None).ConfigureAwait(false);
            found = addresses.FirstOrDefault(static address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        }
        catch (Exception)
        {
            found = null;
        }

        lock (_gate)
        {
            _address = found ?? _address;
            _since = time.GetTimestamp();
            _validity = found is null ? KeptAfterFailure : Kept;
            _running = null;
        }
    }
}
