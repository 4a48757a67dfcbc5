using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>Writes down when API keys were used last, each at most every ten minutes (R3.21), behind the requests that use them.</summary>
internal sealed class KeyUseRecorder(IActivityStore activity, TimeProvider time, ILogger logger)
{
    private readonly Spaced _spaced = new(TimeSpan.FromMinutes(10), time);
    private readonly Errands _errands = new("API key use", maxRunning: 16, logger);

    /// <summary>Takes note of a use.</summary>
    public void Record(string id)
    {
        if (_spaced.TryPass(id))
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            _errands.TryRun(ct => activity.RaiseAsync(new ObjectKey(ObjectKind.ApiKey, id), ActivityField.LastUse, now, ct).AsTask());
        }
    }
}
