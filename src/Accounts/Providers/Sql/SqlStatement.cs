using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Hpc.Accounts.Sql;

/// <summary>The text of a statement with its parameters; values are never part of the text.</summary>
internal sealed class SqlStatement(SqlDialect dialect)
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Name, object Value, DbType Type)> _parameters = [];

    public string Text => _text.ToString();

    public int ParameterCount => _parameters.Count;

    public SqlStatement Append(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Appends a parameter.</summary>
    public SqlStatement Number(long value) => Parameter(value, DbType.Int64);

    public SqlStatement Small(int value) => Parameter((short)value, DbType.Int16);

    public SqlStatement Name(string value) => Parameter(dialect.ToName(value), dialect.NameType);

    public SqlStatement Bytes(ReadOnlyMemory<byte> value) => Parameter(value.ToArray(), DbType.Binary);

    public SqlStatement Names(IEnumerable<string> values) => Many(values, static (statement, value) => statement.Name(value));

    /// <summary>Appends items separated by commas.</summary>
    public SqlStatement Many<T>(IEnumerable<T> items, Action<SqlStatement, T> append)
    {
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
            {
                _text.Append(", ");
            }

            isFirst = false;
            append(this, item);
        }

        return this;
    }

    public DbCommand ToCommand(DbConnection connection, DbTransaction? transaction, TimeSpan timeout)
    {
        DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is made of constants and checked table names.
        command.CommandText = Text;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        foreach ((string name, object value, DbType type) in _parameters)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private SqlStatement Parameter(object value, DbType type)
    {
        string name = "@p" + _parameters.Count.ToString(CultureInfo.InvariantCulture);
        _parameters.Add((name, value, type));
        _text.Append(name);
        return this;
    }
}
