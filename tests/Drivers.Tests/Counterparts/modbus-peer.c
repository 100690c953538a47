/* A Modbus peer on libmodbus, for the tests: a unit that is asked, or a client that asks.
 *   modbus-peer unit tcp PORT UNIT      modbus-peer unit rtu PATH UNIT
 *   modbus-peer client tcp PORT UNIT    modbus-peer client rtu PATH UNIT
 * The client reads eight coils, writes the third one on, and reads them again, with the two registers from 0. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail(const char *what)
{
    printf("%s: %s\n", what, modbus_strerror(errno));
    exit(1);
}

static void serve(modbus_t *ctx, int isTcp)
{
    modbus_mapping_t *map = modbus_mapping_new(8, 8, 4, 4);
    int listener = -1;
    map->tab_input_bits[2] = 1;
    map->tab_registers[0] = 247;
    map->tab_registers[1] = 450;
    if (isTcp) {
        if ((listener = modbus_tcp_listen(ctx, 1)) < 0) fail("listen");
    } else if (modbus_connect(ctx) < 0) {
        fail("open");
    }
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
        int length;
        if (isTcp && modbus_tcp_accept(ctx, &listener) < 0) fail("accept");
        while ((length = modbus_receive(ctx, query)) >= 0) {
            if (length > 0 && modbus_reply(ctx, query, length, map) < 0) break;
        }
        if (!isTcp) {
            printf("receive: %s\n", modbus_strerror(errno));
            fflush(stdout);
            modbus_flush(ctx);
            usleep(1000);
        }
    }
}

static void show(modbus_t *ctx)
{
    uint8_t bits[8];
    int i;
    if (modbus_read_bits(ctx, 0, 8, bits) != 8) fail("read coils");
    printf("coils ");
    for (i = 0; i < 8; i++) printf("%d", bits[i]);
    printf("\n");
}

static void ask(modbus_t *ctx, int hasCoils)
{
    uint16_t registers[2];
    if (modbus_connect(ctx) < 0) fail("connect");
    if (hasCoils) {
        show(ctx);
        if (modbus_write_bit(ctx, 2, 1) != 1) fail("write coil");
        show(ctx);
        if (modbus_write_bit(ctx, 99, 1) < 0) printf("beyond: %s\n", modbus_strerror(errno));
    } else {
        if (modbus_read_registers(ctx, 0, 2, registers) != 2) fail("read registers");
        printf("registers %d %d\n", registers[0], registers[1]);
        if (modbus_write_bit(ctx, 0, 1) < 0) printf("write: %s\n", modbus_strerror(errno));
    }
}

int main(int argc, char **argv)
{
    int isTcp = argc > 4 && strcmp(argv[2], "tcp") == 0;
    modbus_t *ctx = argc > 4 ? (isTcp ? modbus_new_tcp("127.0.0.1", atoi(argv[3])) : modbus_new_rtu(argv[3], 9600, 'N', 8, 1)) : NULL;
    if (ctx == NULL) fail("arguments");
    modbus_set_slave(ctx, atoi(argv[4]));
    modbus_set_response_timeout(ctx, 5, 0);
    if (strcmp(argv[1], "unit") == 0) serve(ctx, isTcp);
    else ask(ctx, strcmp(argv[1], "client") == 0);
    return 0;
}
