using System.Globalization;
using System.Reflection;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>One embedded step of the schema: <c>Migrations/0001_name.up.sql</c> and <c>.down.sql</c>. A statement ends with a semicolon at the end of a line; <c>{name}</c> is a table.</summary>
internal sealed record SqlMigrationScript(int Version, IReadOnlyList<string> Up, IReadOnlyList<string> Down)
{
    private const string Folder = "Migrations/";
    private const int Digits = 4;

    /// <summary>All of an assembly, oldest first, numbered from 1 without a hole.</summary>
    public static IReadOnlyList<SqlMigrationScript> Load(Assembly assembly, SqlTables tables)
    {
        string[] names = [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        SqlMigrationScript[] scripts =
        [
            .. from name in names
            group name by int.Parse(name.AsSpan(Folder.Length, Digits), NumberStyles.None, CultureInfo.InvariantCulture) into version
            orderby version.Key
            select new SqlMigrationScript(
                version.Key,
                Read(assembly, version.Single(name => name.EndsWith(".up.sql", StringComparison.Ordinal)), tables),
                Read(assembly, version.Single(name => name.EndsWith(".down.sql", StringComparison.Ordinal)), tables)),
        ];
        for (int index = 0; index < scripts.Length; index++)
        {
            if (scripts[index].Version != index + 1)
            {
                throw new DataProviderException($"The migration {index + 1} is missing.");
            }
        }

        return scripts;
    }

    private static string[] Read(Assembly assembly, string resource, SqlTables tables)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource) ?? throw new DataProviderException($"The migration '{resource}' is missing.");
        using var reader = new StreamReader(stream);
        string text = string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal)));
        return
        [
            .. text.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(statement => System.Text.RegularExpressions.Regex.Replace(statement.TrimEnd(';'), @"\{([a-z_]+)\}", match => tables.Quote(match.Groups[1].Value))),
        ];
    }
}
