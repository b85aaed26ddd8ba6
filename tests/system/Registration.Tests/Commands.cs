namespace Registration.Tests;

/// <summary>What the saga of a registration orders, and of whom.</summary>
internal static class Commands
{
    public static readonly Ordered CreateReader = new("readers.create-reader", "reader-command");
    public static readonly Ordered CreateUser = new("users.create-user", "user");
    public static readonly Ordered ConfirmReader = new("readers.confirm-reader", "reader-command");
    public static readonly Ordered ActivateUser = new("users.activate-user", "user");
    public static readonly Ordered CancelUser = new("users.cancel-user", "user");
    public static readonly Ordered CancelReader = new("readers.cancel-reader", "reader-command");
    public static readonly Ordered[] Undos = [CancelUser, CancelReader];
    public static readonly Ordered[] All = [CreateReader, CreateUser, ConfirmReader, ActivateUser, .. Undos];
}
