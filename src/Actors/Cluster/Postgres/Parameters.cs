using Npgsql;
using NpgsqlTypes;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>Adds typed parameters in the order of a function's.</summary>
internal static class Parameters
{
    public static NpgsqlCommand Command(NpgsqlConnection connection, string statement) => new(statement, connection);

    public static NpgsqlCommand Text(this NpgsqlCommand command, string? value) => command.Add(value, NpgsqlDbType.Text);

    public static NpgsqlCommand Number(this NpgsqlCommand command, long value) => command.Add(value, NpgsqlDbType.Bigint);

    public static NpgsqlCommand Int(this NpgsqlCommand command, int? value) => command.Add(value, NpgsqlDbType.Integer);

    public static NpgsqlCommand Small(this NpgsqlCommand command, short value) => command.Add(value, NpgsqlDbType.Smallint);

    public static NpgsqlCommand Span(this NpgsqlCommand command, TimeSpan? value) => command.Add(value, NpgsqlDbType.Interval);

    public static NpgsqlCommand Texts<T>(this NpgsqlCommand command, IReadOnlyList<T> items, Func<T, string> of) => command.Add(Map(items, of), NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlCommand Texts(this NpgsqlCommand command, IReadOnlyList<string> items) => command.Texts(items, static item => item);

    public static NpgsqlCommand Numbers<T>(this NpgsqlCommand command, IReadOnlyList<T> items, Func<T, long> of) => command.Add(Map(items, of), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlCommand Ints<T>(this NpgsqlCommand command, IReadOnlyList<T> items, Func<T, int> of) => command.Add(Map(items, of), NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlCommand Bools<T>(this NpgsqlCommand command, IReadOnlyList<T> items, Func<T, bool> of) => command.Add(Map(items, of), NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    private static TValue[] Map<T, TValue>(IReadOnlyList<T> items, Func<T, TValue> of)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var values = new TValue[items.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = of(items[i]);
        }

        return values;
    }

    private static NpgsqlCommand Add(this NpgsqlCommand command, object? value, NpgsqlDbType type)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return command;
    }
}
