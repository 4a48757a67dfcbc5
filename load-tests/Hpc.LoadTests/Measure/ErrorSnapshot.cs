namespace Hpc.LoadTests.Measure;

/// <summary>Errors of one kind.</summary>
/// <param name="Kind">A short name that does not vary from one error to the next.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstMessage">What the first of them said.</param>
internal sealed record ErrorSnapshot(string Kind, long Count, string FirstMessage);
