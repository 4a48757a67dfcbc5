namespace Hpc.LoadTests.Server;

/// <summary>What one type takes per session.</summary>
internal sealed record TypeFigures(string Name, double BytesPerSession, double ObjectsPerSession);
