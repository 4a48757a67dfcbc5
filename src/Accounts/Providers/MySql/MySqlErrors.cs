using System.Net.Sockets;
using Hpc.Accounts.Sql;
using MySql.Data.MySqlClient;

namespace Hpc.Accounts.MySql;

/// <summary>What the numbers of MySQL's and MariaDB's errors mean.</summary>
internal static class MySqlErrors
{
    /// <summary>The innermost error that has a meaning decides: the driver wraps what the server or the network said.</summary>
    public static SqlFailure Classify(Exception exception)
    {
        SqlFailure failure = SqlFailure.Other;
        for (Exception? error = exception; error is not null; error = error.InnerException)
        {
            switch (error)
            {
                case TimeoutException:
                    return SqlFailure.Other;
                case MySqlException { Number: > 0 } known:
                    failure = Classify(known.Number);
                    break;
                case IOException or SocketException:
                    return SqlFailure.ConnectionLost;
            }
        }

        return failure;
    }

    /// <summary>What the operator can do about an error.</summary>
    public static string HintOf(Exception exception) => SqlFaultText.Innermost<MySqlException>(exception)?.Number switch
    {
        // ER_ACCESS_DENIED_ERROR; ER_BAD_DB_ERROR; ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR.
        1045 => SqlFaultText.CheckUser,
        1049 => SqlFaultText.MakeDatabase,
        1044 or 1142 => SqlFaultText.GiveRights,
        _ when SqlFaultText.Innermost<System.Security.Authentication.AuthenticationException>(exception) is not null => SqlFaultText.CheckTls,
        _ when SqlFaultText.Innermost<SocketException>(exception) is not null => SqlFaultText.CheckHost,
        1042 or 2002 or 2003 => SqlFaultText.CheckHost,
        _ => "",
    };

    private static SqlFailure Classify(int number) => number switch
    {
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, and MariaDB's ER_CHECKREAD.
        1205 or 1213 or 1020 => SqlFailure.Conflict,

        // ER_ROW_IS_REFERENCED, ER_NO_REFERENCED_ROW, and the same with names.
        1216 or 1217 or 1451 or 1452 => SqlFailure.ForeignKey,

        // ER_TABLE_EXISTS_ERROR, ER_DUP_KEYNAME, ER_DUP_ENTRY.
        1050 or 1061 or 1062 => SqlFailure.AlreadyThere,

        // The server cannot be reached, is going away, has ended the connection, or sent something broken.
        1042 or 1053 or 1077 or 1079 or 1152 or 1158 or 1159 or 1160 or 1161 or 1927 or 2002 or 2003 or 2006 or 2013 or 2055 => SqlFailure.ConnectionLost,
        _ => SqlFailure.Other,
    };
}
