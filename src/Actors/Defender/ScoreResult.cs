namespace Hpc.Actors.Defender;

/// <summary>What became of points.</summary>
/// <param name="Score">The host's points now, or those that it was banned for.</param>
/// <param name="IsBanned">These points brought the ban.</param>
public readonly record struct ScoreResult(int Score, bool IsBanned);
