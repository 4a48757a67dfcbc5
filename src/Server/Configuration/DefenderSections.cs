namespace Hpc.Server.Configuration;

internal sealed class DefenderSection
{
    public bool Enabled { get; set; }

    public DefenderDriver Driver { get; set; }

    public int BanTime { get; set; } = 30;

    public int BanTimeIncrement { get; set; } = 50;

    public int Threshold { get; set; } = 15;

    public int ScoreInvalid { get; set; } = 2;

    public int ScoreValid { get; set; } = 1;

    public int ScoreLimitExceeded { get; set; } = 3;

    public int ScoreNoAuth { get; set; }

    public int ObservationTime { get; set; } = 30;

    public int EntriesSoftLimit { get; set; } = 100;

    public int EntriesHardLimit { get; set; } = 150;

    /// <summary>Milliseconds.</summary>
    public int LoginDelaySuccess { get; set; }

    /// <summary>Milliseconds.</summary>
    public int LoginDelayPasswordFailed { get; set; } = 1000;
}

/// <summary>Where points and bans are kept.</summary>
internal enum DefenderDriver
{
    Memory,
    Provider,
}

internal sealed class RateLimiterSection
{
    public int Average { get; set; }

    /// <summary>Milliseconds.</summary>
    public int Period { get; set; } = 1000;

    public int Burst { get; set; } = 1;

    /// <summary>1 all together, 2 each host by itself.</summary>
    public int Type { get; set; } = 2;

    public string Protocols { get; set; } = "SSH,FTP,DAV,HTTP";

    public bool GenerateDefenderEvents { get; set; }

    public int EntriesSoftLimit { get; set; } = 100;

    public int EntriesHardLimit { get; set; } = 150;
}
