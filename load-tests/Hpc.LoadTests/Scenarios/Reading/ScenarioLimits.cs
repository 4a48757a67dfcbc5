namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>The most that a scenario may ask for, and the least where 0 means none.</summary>
internal static class ScenarioLimits
{
    public const int Sessions = 100_000;
    public const int Stages = 50;
    public const int Users = 1000;
    public const int Repeat = 1_000_000;
    public const int Prepared = 1000;
    public const int Listed = 200_000;
    public const int Kept = 1000;
    public const int Depth = 1024;
    public const int Sizes = 100;
    public const int LoginsInFlight = 4096;
    public const int LoginAttempts = 100;
    public const double LoginsPerSecond = 1_000_000;
    public const double LeastLoginsPerSecond = 0.001;
    public const double Weight = 1_000_000;
    public const double BytesPerSecond = 1e12;
    public const double LeastBytesPerSecond = 1e3;
    public const long FileSize = 1L << 40;
    public const int Chunk = 256 * 1024;

    public static readonly TimeSpan Duration = TimeSpan.FromDays(7);
    public static readonly TimeSpan Think = TimeSpan.FromHours(1);
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Timeout = TimeSpan.FromHours(24);
}
