namespace Hpc.Accounts.Authentication;

/// <summary>Lets a name pass once per interval. A full table is emptied: then some pass sooner.</summary>
internal sealed class Spaced(TimeSpan interval, TimeProvider time)
{
    private const int Capacity = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _passed = new(StringComparer.Ordinal);

    public bool TryPass(string name)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_passed.TryGetValue(name, out long last) && time.GetElapsedTime(last, now) < interval)
            {
                return false;
            }

            if (_passed.Count >= Capacity)
            {
                _passed.Clear();
            }

            _passed[name] = now;
            return true;
        }
    }
}
