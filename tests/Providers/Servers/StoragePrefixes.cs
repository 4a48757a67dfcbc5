namespace Hpc.Providers.Tests.Servers;

/// <summary>Tables of their own for each storage of each test, in one database: quicker than one database each.</summary>
internal sealed class StoragePrefixes
{
    private static int s_last;
    private readonly Dictionary<string, string> _prefixes = [];

    public string this[string storage]
    {
        get
        {
            lock (_prefixes)
            {
                if (!_prefixes.TryGetValue(storage, out string? prefix))
                {
                    prefix = $"{Interlocked.Increment(ref s_last)}_";
                    _prefixes.Add(storage, prefix);
                }

                return prefix;
            }
        }
    }
}
