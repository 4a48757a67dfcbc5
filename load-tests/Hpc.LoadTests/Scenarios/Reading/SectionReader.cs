using Hpc.Crypto;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Reads the small sections.</summary>
internal static class SectionReader
{
    public static TargetDefaults Target(MapReader? reader)
    {
        var none = new TargetDefaults();
        if (reader is null)
        {
            return none;
        }

        var target = new TargetDefaults
        {
            Host = reader.Text("host", none.Host),
            Port = reader.Count("port", 1, 65535, none.Port),
            User = reader.Text("user", none.User),
            Directory = reader.Text("directory", none.Directory),
        };
        reader.Finish();
        return target;
    }

    public static SpawnedServer Server(MapReader? reader)
    {
        var none = new SpawnedServer();
        if (reader is null)
        {
            return none;
        }

        var server = new SpawnedServer { Users = reader.Count("users", 1, ScenarioLimits.Users, none.Users), Collects = reader.Flag("collect", none.Collects) };
        reader.Finish();
        return server;
    }

    public static AlgorithmChoice Algorithms(MapReader? reader)
    {
        if (reader is null)
        {
            return new AlgorithmChoice();
        }

        var choice = new AlgorithmChoice
        {
            Ciphers = Known(reader, "ciphers", AlgorithmKind.Cipher),
            Macs = Known(reader, "macs", AlgorithmKind.Mac),
            KeyExchange = Known(reader, "key_exchange", AlgorithmKind.KeyExchange),
            HostKeys = Known(reader, "host_keys", AlgorithmKind.HostKey),
        };
        reader.Finish();
        return choice;
    }

    public static RelayOptions? Relay(MapReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        var relay = new RelayOptions(
            reader.Duration("delay", ScenarioLimits.Delay, TimeSpan.Zero),
            (long)reader.RateOrZero("rate", ScenarioLimits.LeastBytesPerSecond, ScenarioLimits.BytesPerSecond, 0));
        reader.Finish();
        return relay;
    }

    public static ClientLimits Limits(MapReader? reader)
    {
        var none = new ClientLimits();
        if (reader is null)
        {
            return none;
        }

        var limits = new ClientLimits
        {
            LoginsInFlight = reader.Count("logins_in_flight", 1, ScenarioLimits.LoginsInFlight, none.LoginsInFlight),
            LoginAttempts = reader.Count("login_attempts", 1, ScenarioLimits.LoginAttempts, none.LoginAttempts),
            LoginTimeout = Positive(reader, "login_timeout", none.LoginTimeout),
            OperationTimeout = Positive(reader, "operation_timeout", none.OperationTimeout),
            DrainTime = reader.Duration("drain_time", ScenarioLimits.Timeout, none.DrainTime),
            KeepaliveInterval = reader.Duration("keepalive_interval", ScenarioLimits.Timeout, none.KeepaliveInterval),
            Buffers = reader.Size("buffers", 16L << 20, 1L << 40, none.Buffers),
            Window = (int)reader.Size("window", 32 * 1024, 64 << 20, none.Window),
        };
        reader.Finish();
        return limits;
    }

    private static TimeSpan Positive(MapReader reader, string key, TimeSpan fallback)
    {
        TimeSpan value = reader.Duration(key, ScenarioLimits.Timeout, fallback);
        if (value == TimeSpan.Zero)
        {
            reader.Faults.Add(reader.PathOf(key), reader.Line, "found no time; allowed is a time above 0.");
        }

        return value;
    }

    private static IReadOnlyList<string> Known(MapReader reader, string key, AlgorithmKind kind) =>
        reader.Words(key, AlgorithmCatalog.Names(kind, CryptoProfile.Legacy));
}
