namespace Hpc.Accounts.Sql;

/// <summary>Errors of the drivers as sentences for the operator.</summary>
internal static class SqlFaultText
{
    public const string CheckUser = " Check data_provider.username and data_provider.password or password_file, and that this user may log in from here.";
    public const string MakeDatabase = " Make the database first (CREATE DATABASE), or check data_provider.name.";
    public const string GiveRights = " Give data_provider.username the right to make and change tables in this database.";
    public const string CheckHost = " Check data_provider.host and data_provider.port, and that the database server runs.";
    public const string CheckTls = " Check data_provider.sslmode and root_cert: the server's certificate must be of an authority that is known here, and for data_provider.host.";

    private const int MaxLength = 500;

    /// <summary>The message in one line, without what only its own programmers can use.</summary>
    public static string Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        IEnumerable<string> lines = exception.Message
            .Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => !line.StartsWith("POSITION:", StringComparison.Ordinal) && !line.StartsWith("DETAIL:", StringComparison.Ordinal));
        string text = string.Join(' ', lines);
        text = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return text.Length == 0 || text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";
    }

    /// <summary>The innermost error of a kind that an error was caused by, or null.</summary>
    public static T? Innermost<T>(Exception exception)
        where T : Exception
    {
        T? found = null;
        for (Exception? error = exception; error is not null; error = error.InnerException)
        {
            found = error as T ?? found;
        }

        return found;
    }
}
