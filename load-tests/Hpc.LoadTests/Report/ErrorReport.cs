namespace Hpc.LoadTests.Report;

/// <summary>Errors of one kind.</summary>
internal sealed record ErrorReport(string Kind, long Count, string FirstMessage);
