using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>A finished line on its way to the writer.</summary>
/// <param name="Level">How serious it is.</param>
/// <param name="Text">The line without its end.</param>
internal readonly record struct LogLine(LogLevel Level, string Text);
