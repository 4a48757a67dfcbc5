namespace Hpc.Actors.Defender;

/// <summary>What a rate limiter says.</summary>
/// <param name="IsRefused">The wait would be too long.</param>
/// <param name="Wait">How long to wait, or after a refusal, when it is worth a try again.</param>
public readonly record struct RateAnswer(bool IsRefused, TimeSpan Wait);
