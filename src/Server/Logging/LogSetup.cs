using Hpc.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Logging;

/// <summary>Makes the logger provider that the configuration asks for.</summary>
internal static class LogSetup
{
    private const int ConsoleBuffer = 32 * 1024;

    public static HpcLoggerProvider Create(LogSection options, TextWriter standardError, bool isTerminal, TimeProvider time)
    {
        bool isText = options.Format == LogFormatName.Text || (options.Format == LogFormatName.Auto && isTerminal && options.File.Length == 0);
        LogFormatter formatter = isText ? LogFormatter.Text(time, options.Utc) : LogFormatter.Json(time, options.Utc);
        return new HpcLoggerProvider(formatter, SinkFor(options, standardError), LevelOf(options.Level));
    }

    public static LogLevel LevelOf(LogLevelName level) => level switch
    {
        LogLevelName.Debug => LogLevel.Debug,
        LogLevelName.Info => LogLevel.Information,
        LogLevelName.Warn => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private static ILogSink SinkFor(LogSection options, TextWriter standardError)
    {
        if (options.File.Length == 0)
        {
            // The console's own writer makes a system call for each 256 characters.
            return new ConsoleSink(ReferenceEquals(standardError, Console.Error)
                ? new StreamWriter(Console.OpenStandardError(), bufferSize: ConsoleBuffer)
                : standardError);
        }

        try
        {
            return new RollingFileSink(options.File, options.MaxSizeMb * 1024L * 1024L, options.MaxBackups);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"log.file: found \"{options.File}\", which cannot be opened for writing ({e.Message}).", e);
        }
    }
}
